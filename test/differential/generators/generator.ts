import type { AnswerOf, CommandName, CommandOf } from '../commands.ts'
import type { World } from '../world.ts'

/** Makes one command of a kind. */
export interface Generator<Name extends CommandName> {
  /** How often it is made, beside others. */
  readonly weight: number
  make(world: World): CommandOf<Name>
  /** Keeps what its answer tells of things to come back to. */
  learn?(world: World, answer: AnswerOf<Name>, command: CommandOf<Name>): void
}

export type Generators<Name extends CommandName> = { readonly [N in Name]: Generator<N> }
