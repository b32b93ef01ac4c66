import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { AccountId, BlobId, SegmentName } from '../../core/ids.ts'
import type { UploadAddress } from '../../core/model/addresses.ts'
import type { Staged } from '../../core/model/bytes.ts'
import type { UploadState } from '../../core/model/uploads.ts'
import type { OpenAssembly } from '../../core/ports/assembly.ts'
import type { AssemblyCommands, AssemblyPlan, SlotClaim } from '../../core/ports/commands/assemblies.ts'
import { type SlotTaker, takesSlot, unassembled } from '../../core/rules/upload-state.ts'
import { limitsOf, type UploadRecord } from '../upload-row.ts'
import { hexOf, idBytes } from '../values.ts'
import { all, LOCK, one, run, type Script } from './script.ts'

type CommandOf<Name extends keyof AssemblyCommands> = Parameters<AssemblyCommands[Name]>[0]

interface UploadRow {
  readonly seq: number
  readonly blob: Uint8Array
  readonly state: UploadState
  readonly limits: string
  readonly expires_at: number
}

interface AssemblyRow {
  readonly segment: Uint8Array
  readonly token: string
}

const REFUSED: SlotClaim = { outcome: 'refused' }

/** When the first answer was lost the second is a refusal, which costs the slot and nothing else. */
export function* claimSlot(command: CommandOf<'claimSlot'>): Script<SlotClaim> {
  const { number, kind, offer, now } = command
  const upload = yield* lockUpload(command.account, command.upload)
  if (upload === undefined || !takesSlot(takerOf(upload), number, now)) return REFUSED
  const blob = bytesOf(upload.blob)
  if (yield* one('SELECT 1 AS found FROM slots WHERE blob = ? AND number = ?', blob, number)) return REFUSED
  const found = yield* one<AssemblyRow>(
    'SELECT segment, token FROM assemblies WHERE blob = ? AND kind = ?',
    blob,
    kind,
  )
  const assembly = found === undefined ? offer : openAssemblyOf(found)
  if (assembly === null) return { outcome: 'absent' }
  if (found === undefined) yield* addAssembly(upload.seq, blob, kind, assembly, now)
  yield* run(
    'INSERT INTO slots (blob, number, segment) VALUES (?, ?, ?)',
    ...[blob, number, idBytes(assembly.name)],
  )
  return { outcome: 'claimed', assembly }
}

const takerOf = ({ state, limits, expires_at }: UploadRow): SlotTaker => ({
  ...{ state, limits: limitsOf(limits), expiresAt: expires_at },
})

const UPLOAD_COLUMNS = 'seq, blob, state, limits, expires_at'

const lockUpload = (account: AccountId, address: UploadAddress): Script<UploadRow | undefined> =>
  'id' in address
    ? one<UploadRow>(
        `SELECT ${UPLOAD_COLUMNS} FROM uploads
         WHERE id = ? AND (SELECT account FROM buckets WHERE buckets.id = uploads.bucket) = ?${LOCK}`,
        idBytes(address.id),
        account,
      )
    : one<UploadRow>(
        `SELECT ${UPLOAD_COLUMNS} FROM uploads
         WHERE bucket = (SELECT id FROM buckets WHERE account = ? AND name = ?) AND ref = ?
         ORDER BY seq DESC LIMIT 1${LOCK}`,
        ...[account, address.bucket, address.ref],
      )

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

/** For the end of a commit: fails, which undoes it, where the upload has assemblies that are to be completed first. */
export function* requireAssembled(record: UploadRecord, now: TimeMs): Script<void> {
  if (!record.isAssembling) return
  const isSealed = record.upload.state === 'sealed'
  if (isSealed || (yield* sealAssemblies(record, now))) throw unassembled()
}

/** The upload ends without an object: so do its assemblies. */
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

export function* listAssemblies({ blob }: CommandOf<'listAssemblies'>): Script<readonly AssemblyPlan[]> {
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

export function* settleAssemblies(command: CommandOf<'settleAssemblies'>): Script<void> {
  const upload = yield* lockUpload(command.account, command.upload)
  if (upload === undefined) throw new CoreError('upload-not-found', 'no such upload')
  const { state } = upload
  if (state === 'expired') throw new CoreError('upload-expired', 'the upload has expired')
  if (state !== 'sealed' && state !== 'committed') {
    throw new CoreError('upload-closed', `the upload is ${state}`, { state })
  }
  const blob = bytesOf(upload.blob)
  yield* run(
    `DELETE FROM assemblies WHERE blob = ?
       AND segment IN (SELECT segment FROM parts WHERE blob = ? AND place IS NOT NULL)`,
    ...[blob, blob],
  )
  yield* endAssembling(upload.seq, blob)
}

export function* findAssemblies({ names }: CommandOf<'findAssemblies'>): Script<readonly OpenAssembly[]> {
  const found: OpenAssembly[] = []
  for (let at = 0; at < names.length; at += LOOKUP) {
    const some = Array.from({ length: LOOKUP }, (_, index) => idBytes(names[at + index] ?? ''))
    found.push(...(yield* all<AssemblyRow>(FIND_ASSEMBLIES, ...some)).map(openAssemblyOf))
  }
  return found
}

/** How many names one statement looks up; always as many, so that there is one statement. */
const LOOKUP = 50
const FIND_ASSEMBLIES = `SELECT segment, token FROM assemblies
  WHERE segment IN (${Array.from({ length: LOOKUP }, () => '?').join(', ')})`

const openAssemblyOf = ({ segment, token }: AssemblyRow): OpenAssembly => ({
  ...{ name: hexOf<SegmentName>(segment), token },
})

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)
