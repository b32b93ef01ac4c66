import type { CommandName } from '../commands/command.ts'
import type { Failure } from './errors.ts'

/** What a thread is asked: those calls that it knows, several at a time. `close` comes last. */
export type Request<Name extends string = CommandName> =
  | { readonly type: 'calls'; readonly calls: readonly Call<Name>[] }
  | { readonly type: 'close' }

export interface Call<Name extends string = CommandName> {
  readonly id: number
  readonly name: Name
  readonly command: unknown
}

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly failure: Failure }

/** What a thread says: first whether it started, then its answers, several at a time. */
export type Message =
  | { readonly type: 'started' }
  | { readonly type: 'not-started'; readonly failure: Failure }
  | { readonly type: 'replies'; readonly replies: readonly Reply[] }
