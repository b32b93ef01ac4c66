import { CoreError } from '../../../core/errors.ts'
import type { EntryId } from '../../../core/model/trees.ts'
import type { CopyDirectory } from '../../../core/ports/commands/copies.ts'
import { idBytes } from '../../values.ts'
import type { ScriptOf } from '../command.ts'
import { lock, one, type Script } from '../script.ts'
import { endCopy, requireSource, startCopy, takeCopyPlace } from './copy-ends.ts'
import { type CopyStep, type CopyWork, copyPage } from './copy-page.ts'
import { requireVolume, type VolumeRecord } from './volume-rows.ts'

/** Entries that one statement reads. */
const PAGE_SIZE = 200

/** Directories stay where they are meanwhile. */
export const copyDirectory: ScriptOf<'copyDirectory'> = function* (command) {
  const { to, conflict, id, within, now, entriesMax } = command
  const volume = yield* lockBoth(command)
  const source = yield* requireSource(command)
  const place = yield* takeCopyPlace(volume, to, conflict)
  if (yield* isLarger(source.id, entriesMax)) return null
  const work = { id, volume, within, now }
  yield* startCopy(work, source)
  yield* copyAll(work, { target: id, source: source.id, after: '' })
  return yield* endCopy(work, place)
}

/** Returns the volume that the copy goes to. */
function* lockBoth({ source, to }: CopyDirectory): Script<VolumeRecord> {
  if (source.volume.account !== to.volume.account) {
    throw new CoreError('volume-not-found', 'the volume is of another account')
  }
  const { id: from } = yield* requireVolume(source.volume)
  const { id: into } = yield* requireVolume(to.volume)
  if (from < into) yield* lock(from, 'shared')
  yield* lock(into, 'exclusive')
  if (from > into) yield* lock(from, 'shared')
  return yield* requireVolume(to.volume)
}

/** Whether a directory, with all below it, has more than so many entries. */
function* isLarger(id: EntryId, entriesMax: number): Script<boolean> {
  const below = yield* one<{ entries: number }>(
    `WITH RECURSIVE below (id) AS (
       SELECT id FROM entries WHERE parent = ?
       UNION ALL
       SELECT e.id FROM below JOIN entries e ON e.parent = below.id)
     SELECT count(*) AS entries FROM (SELECT 1 FROM below LIMIT ?) AS counted`,
    ...[idBytes(id), entriesMax],
  )
  return 1 + (below?.entries ?? 0) > entriesMax
}

function* copyAll(work: CopyWork, first: CopyStep): Script<void> {
  const steps = [first]
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    const page = yield* copyPage(work, step, PAGE_SIZE)
    if (page.next !== null) steps.push(page.next)
    steps.push(...page.steps)
  }
}
