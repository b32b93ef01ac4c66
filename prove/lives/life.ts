import type { Ledger } from '../ledger.ts'
import type { World } from '../world.ts'

/** What lives have. */
export interface Scene {
  readonly world: World
  readonly ledger: Ledger
}

/** One whole life of an upload, from its begin to where it is left. Throws Broken for what has been told as a failure. */
export interface Life {
  readonly name: string
  live(scene: Scene): Promise<void>
}

const SMALL_MAX = 30_000
const MIDDLE_MAX = 300_000
/** A part of this size becomes part of the store's own multipart upload. */
export const LARGE = 5 * 1024 ** 2

/** Sizes of small, middling and large pieces, one in eight of them large. */
export function sizeOf({ run }: World, { min = 1, isLarge = run.random.int(8) === 0 } = {}): number {
  if (isLarge) return LARGE + run.random.int(SMALL_MAX)
  return min + run.random.int(run.random.int(2) === 0 ? SMALL_MAX : MIDDLE_MAX)
}
