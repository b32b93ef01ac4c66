import type { Script } from './script.ts'

/** All numbers up to this are tried, so that small gaps are filled. */
const IN_ORDER = 64

/** The rows of those names that are taken. */
type FindTaken = (names: readonly string[]) => Script<readonly { readonly name: string }[]>

/**
 * A free name: the first of `named(1)`, `named(2)`, … while these are few. After that, one that follows a taken one, found in
 * O(log n) tries, so that many of one name do not slow each other down. A free number is looked for among 128, 256 and so on,
 * `doublings` of them; null where all these are taken.
 */
export function* firstFree(
  named: (number: number) => string,
  findTaken: FindTaken,
  doublings: number,
): Script<string | null> {
  const taken = function* (numbers: readonly number[]): Script<ReadonlySet<string>> {
    return new Set((yield* findTaken(numbers.map(named))).map(({ name }) => name))
  }
  const first = Array.from({ length: IN_ORDER }, (_, index) => index + 1)
  const firstTaken = yield* taken(first)
  const early = first.find((number) => !firstTaken.has(named(number)))
  if (early !== undefined) return named(early)
  const sparse = Array.from({ length: doublings }, (_, index) => IN_ORDER * 2 ** (index + 1))
  const sparseTaken = yield* taken(sparse)
  let free = sparse.find((number) => !sparseTaken.has(named(number)))
  if (free === undefined) return null
  let last = free / 2
  while (free - last > 1) {
    const middle = Math.floor((last + free) / 2)
    if ((yield* taken([middle])).size > 0) last = middle
    else free = middle
  }
  return named(free)
}
