import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { BlobId, SegmentName } from '../../core/ids.ts'
import type { Staged } from '../../core/model/bytes.ts'
import type { OpenAssembly } from '../../core/ports/assembly.ts'
import type { SlotClaim } from '../../core/ports/commands/assemblies.ts'
import { takesSlot, unassembled } from '../../core/rules/upload-state.ts'
import { hexOf, idBytes } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { all, inLists, one, run, type Script } from './script.ts'
import type { UploadRecord } from './upload-row.ts'
import { lockUpload, requireUpload } from './upload-rows.ts'

interface AssemblyRow {
  readonly segment: Uint8Array
  readonly token: string
}

const REFUSED: SlotClaim = { outcome: 'refused' }

/** If the first answer was lost, the repetition is refused. That costs the slot and nothing else. */
export const claimSlot: ScriptOf<'claimSlot'> = function* (command) {
  const { number, kind, offer, now } = command
  const record = yield* lockUpload(command.account, command.upload)
  if (record === null || !takesSlot(record.upload, number, now)) return REFUSED
  const blob = idBytes(record.upload.blob)
  if (yield* one('SELECT 1 AS found FROM slots WHERE blob = ? AND number = ?', blob, number)) return REFUSED
  const found = yield* one<AssemblyRow>(
    'SELECT segment, token FROM assemblies WHERE blob = ? AND kind = ?',
    blob,
    kind,
  )
  const assembly = found === undefined ? offer : openAssemblyOf(found)
  if (assembly === null) return { outcome: 'absent' }
  if (found === undefined) yield* addAssembly(record.seq, blob, kind, assembly, now)
  yield* run(
    'INSERT INTO slots (blob, number, segment) VALUES (?, ?, ?)',
    ...[blob, number, idBytes(assembly.name)],
  )
  return { outcome: 'claimed', assembly }
}

function* addAssembly(
  upload: number,
  blob: Buffer,
  kind: number,
  { name, token }: OpenAssembly,
  now: TimeMs,
): Script<void> {
  const changes = yield* run(
    `UPDATE segments SET state = 'live', since = ? WHERE name = ? AND state = 'reserved'`,
    now,
    idBytes(name),
  )
  if (changes === 0) {
    throw new CoreError('storage-failed', 'the offered assembly is not reserved any more', { segment: name })
  }
  yield* run(
    'INSERT INTO assemblies (segment, blob, kind, token) VALUES (?, ?, ?, ?)',
    ...[idBytes(name), blob, kind, token],
  )
  yield* run('UPDATE uploads SET assembling = 1 WHERE seq = ?', upload)
}

/** Takes a claimed slot for the part of its number. Fails with `storage-failed` for any other, and the second time. */
export function* takeSlot(
  blob: BlobId,
  number: number,
  { name, receipt }: Extract<Staged, { where: 'assembly' }>,
): Script<void> {
  const changes = yield* run(
    'UPDATE slots SET receipt = ? WHERE blob = ? AND number = ? AND segment = ? AND receipt IS NULL',
    ...[receipt, idBytes(blob), number, idBytes(name)],
  )
  if (changes === 0) throw new CoreError('storage-failed', 'the bytes are of another slot', { segment: name })
}

/**
 * Fixes where the parts of an upload that is just being sealed lie in their assemblies, and gives up those assemblies that
 * have none. Returns whether there are others, which are to be completed.
 */
export function* sealAssemblies({ seq, upload: { blob } }: UploadRecord, now: TimeMs): Script<boolean> {
  const id = idBytes(blob)
  const placed = yield* run(
    `UPDATE parts SET place = placed.place
     FROM (SELECT number, CAST(sum(size) OVER (PARTITION BY segment ORDER BY number) AS bigint) - size AS place
           FROM parts WHERE blob = ? AND place IS NOT NULL) AS placed
     WHERE parts.blob = ? AND parts.number = placed.number`,
    ...[id, id],
  )
  yield* run(
    `UPDATE segments SET state = 'garbage', since = ? WHERE name IN (SELECT segment FROM assemblies WHERE blob = ?
       AND segment NOT IN (SELECT segment FROM parts WHERE blob = ? AND place IS NOT NULL))`,
    ...[now, id, id],
  )
  if (placed > 0) return true
  yield* endAssembling(seq, id)
  return false
}

/** For the end of a commit. Fails, and so undoes it, if the upload has assemblies that have to be completed first. */
export function* requireAssembled(record: UploadRecord, now: TimeMs): Script<void> {
  if (!record.isAssembling) return
  const isSealed = record.upload.state === 'sealed'
  if (isSealed || (yield* sealAssemblies(record, now))) throw unassembled()
}

/** Ends the assemblies of an upload that ends without an object. */
export function* giveUpAssemblies({ seq, upload: { blob } }: UploadRecord, now: TimeMs): Script<void> {
  const id = idBytes(blob)
  yield* run(
    `UPDATE segments SET state = 'garbage', since = ? WHERE name IN (SELECT segment FROM assemblies WHERE blob = ?)`,
    now,
    id,
  )
  yield* endAssembling(seq, id)
}

function* endAssembling(upload: number, blob: Buffer): Script<void> {
  yield* run('DELETE FROM slots WHERE blob = ?', blob)
  yield* run('UPDATE uploads SET assembling = 0 WHERE seq = ?', upload)
}

export const listAssemblies: ScriptOf<'listAssemblies'> = function* ({ blob }) {
  const id = idBytes(blob)
  const assemblies = yield* all<AssemblyRow>('SELECT segment, token FROM assemblies WHERE blob = ?', id)
  if (assemblies.length === 0) return []
  const slots = yield* all<{ segment: Uint8Array; size: number; receipt: string }>(
    `SELECT parts.segment, parts.size, slots.receipt
     FROM parts JOIN slots ON slots.blob = parts.blob AND slots.number = parts.number
     WHERE parts.blob = ? AND parts.place IS NOT NULL ORDER BY parts.number`,
    id,
  )
  const bySegment = Map.groupBy(slots, ({ segment }) => hexOf<SegmentName>(segment))
  return assemblies.map(openAssemblyOf).flatMap((assembly) => {
    const own = bySegment.get(assembly.name) ?? []
    const size = own.reduce((sum, slot) => sum + slot.size, 0)
    return own.length === 0 ? [] : [{ ...assembly, size, receipts: own.map(({ receipt }) => receipt) }]
  })
}

export const settleAssemblies: ScriptOf<'settleAssemblies'> = function* ({ account, upload: address }) {
  const { seq, upload } = yield* requireUpload(account, address)
  const { state } = upload
  if (state === 'expired') throw new CoreError('upload-expired', 'the upload has expired')
  if (state !== 'sealed' && state !== 'committed') {
    throw new CoreError('upload-closed', `the upload is ${state}`, { state })
  }
  const blob = idBytes(upload.blob)
  yield* run(
    `DELETE FROM assemblies WHERE blob = ?
       AND segment IN (SELECT segment FROM parts WHERE blob = ? AND place IS NOT NULL)`,
    ...[blob, blob],
  )
  yield* endAssembling(seq, blob)
}

export const findAssemblies: ScriptOf<'findAssemblies'> = function* ({ names }) {
  const found: OpenAssembly[] = []
  for (const some of inLists(names.map(idBytes))) {
    const rows = yield* all<AssemblyRow>('SELECT segment, token FROM assemblies WHERE segment IN (??)', some)
    found.push(...rows.map(openAssemblyOf))
  }
  return found
}

const openAssemblyOf = ({ segment, token }: AssemblyRow): OpenAssembly => ({
  ...{ name: hexOf<SegmentName>(segment), token },
})
