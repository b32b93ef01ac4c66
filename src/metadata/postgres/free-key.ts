import { renamed } from '../../core/rules/rename.ts'

/** Tells which of some keys are taken. */
export type FindTaken = (keys: readonly string[]) => Promise<ReadonlySet<string>>

/** Up to here all names are tried, so that small gaps are filled. */
const ATTEMPTS_IN_ORDER = 64
/** More than a bucket can hold. */
const DOUBLINGS_MAX = 40

/**
 * A key that is free: the first of `renamed(key, 1)`, `renamed(key, 2)`, … while these are few. After that, one that
 * follows a taken one, found in O(log n) tries, so that many uploads of one name do not slow each other down.
 */
export async function freeKey(key: string, findTaken: FindTaken): Promise<string> {
  const first = Array.from({ length: ATTEMPTS_IN_ORDER }, (_, index) => renamed(key, index + 1))
  const firstTaken = await findTaken(first)
  const free = first.find((candidate) => !firstTaken.has(candidate))
  return free ?? renamed(key, await freeNumber(key, findTaken))
}

async function freeNumber(key: string, findTaken: FindTaken): Promise<number> {
  const numbers = Array.from({ length: DOUBLINGS_MAX }, (_, index) => ATTEMPTS_IN_ORDER * 2 ** (index + 1))
  const areTaken = await findTaken(numbers.map((number) => renamed(key, number)))
  let free = numbers.find((number) => !areTaken.has(renamed(key, number))) ?? Number.MAX_SAFE_INTEGER
  let taken = free / 2
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2)
    if ((await findTaken([renamed(key, middle)])).size > 0) taken = middle
    else free = middle
  }
  return free
}
