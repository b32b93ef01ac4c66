import { CoreError } from '../../../core/errors.ts'
import type { EntryId } from '../../../core/model/trees.ts'
import { numberedName } from '../../../core/rules/names.ts'
import { idBytes } from '../../values.ts'
import { firstFree } from '../first-free.ts'
import { all, type Script } from '../script.ts'

/** The largest number that is tried is about a million. */
const DOUBLINGS = 14

/** A free name in a directory that is locked, numbered as `firstFree` does it. Errors: `rename-exhausted`. */
export function* freeName(parent: EntryId, name: string, isDirectory: boolean): Script<string> {
  const findTaken = (names: readonly string[]) =>
    all<{ name: string }>(
      'SELECT name FROM entries WHERE parent = ? AND name IN (??)',
      idBytes(parent),
      names,
    )
  const free = yield* firstFree((number) => numberedName(name, isDirectory, number), findTaken, DOUBLINGS)
  if (free === null) throw new CoreError('rename-exhausted', 'all numbered names are taken')
  return free
}
