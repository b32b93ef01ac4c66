import { renamed } from '../../core/rules/rename.ts'

/** Up to here names are tried one by one, so that small gaps are filled. */
const ATTEMPTS_IN_ORDER = 64

/**
 * A key that is free: the first of `renamed(key, 1)`, `renamed(key, 2)`, … while these are few. After that, one that
 * follows a taken one, found in O(log n) tries, so that many uploads of one name do not slow each other down.
 */
export function freeKey(key: string, isTaken: (key: string) => boolean): string {
  for (let attempt = 1; attempt <= ATTEMPTS_IN_ORDER; attempt++) {
    const candidate = renamed(key, attempt)
    if (!isTaken(candidate)) return candidate
  }
  let taken = ATTEMPTS_IN_ORDER
  let free = taken * 2
  while (isTaken(renamed(key, free))) {
    taken = free
    free *= 2
  }
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2)
    if (isTaken(renamed(key, middle))) taken = middle
    else free = middle
  }
  return renamed(key, free)
}
