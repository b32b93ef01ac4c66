import { CoreError } from '../../../core/errors.ts'
import type { EntryId } from '../../../core/model/trees.ts'
import { numberedName } from '../../../core/rules/names.ts'
import { idBytes } from '../../values.ts'
import { all, type Script } from '../script.ts'

/** Up to here all numbers are tried, so that small gaps are filled. */
const NUMBERS_IN_ORDER = 64
/** After that a free number is looked for among 128, 256 and so on; the last is about a million. */
const DOUBLINGS = 14

/**
 * A free name in a directory that is locked: the first of `numberedName(name, 1)`, `numberedName(name, 2)`, … while these
 * are few. After that, one that follows a taken one, found in O(log n) tries, so that many entries of one name do not slow
 * each other down. Errors: `rename-exhausted`.
 */
export function* freeName(parent: EntryId, name: string, isDirectory: boolean): Script<string> {
  const named = (number: number) => numberedName(name, isDirectory, number)
  const first = Array.from({ length: NUMBERS_IN_ORDER }, (_, index) => named(index + 1))
  const firstTaken = yield* takenOf(parent, first)
  const free = first.find((candidate) => !firstTaken.has(candidate))
  return free ?? named(yield* freeNumber(parent, named))
}

function* freeNumber(parent: EntryId, named: (number: number) => string): Script<number> {
  const numbers = Array.from({ length: DOUBLINGS }, (_, index) => NUMBERS_IN_ORDER * 2 ** (index + 1))
  const areTaken = yield* takenOf(parent, numbers.map(named))
  let free = numbers.find((number) => !areTaken.has(named(number)))
  if (free === undefined) throw new CoreError('rename-exhausted', 'all numbered names are taken')
  let taken = free / 2
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2)
    if ((yield* takenOf(parent, [named(middle)])).size > 0) taken = middle
    else free = middle
  }
  return free
}

function* takenOf(parent: EntryId, names: readonly string[]): Script<ReadonlySet<string>> {
  const rows = yield* all<{ name: string }>(
    `SELECT name FROM entries WHERE parent = ? AND name IN (${names.map(() => '?').join(', ')})`,
    ...[idBytes(parent), ...names],
  )
  return new Set(rows.map((row) => row.name))
}
