import { CoreError } from '../../src/core/errors.ts'
import { newObjectId, type UploadId } from '../../src/core/ids.ts'
import type { Staged } from '../../src/core/model/bytes.ts'
import type { ObjectTraits } from '../../src/core/model/objects.ts'
import type { Part, UploadLimits } from '../../src/core/model/uploads.ts'
import { asked, toldBy } from './asking.ts'
import { bytesOf, piecesOf, senderOf, sendersOf, sizeOf } from './bytes.ts'
import type { Did } from './entries.ts'
import type { Act } from './plan.ts'
import { ACCOUNT, BUCKET, type Station } from './station.ts'
import { HOUR_MS } from './times.ts'

const LIMITS: UploadLimits = {
  ...{ partNumberMin: 1, partNumberMax: 9, partSizeMin: 0, partSizeMax: 1_000_000, sizeMax: 9_000_000 },
}
const TRAITS: ObjectTraits = {
  ...{ name: 'n', kind: 'k', status: 's', contentType: null, media: null, attributes: {} },
}
const BEGIN_TRIES = 3
const LINK_S = 600

const keyOf = (upload: number): string => `key${upload}`
const at = (id: UploadId) => ({ account: ACCOUNT, id })

/** Does one act. Never rejects. It does not end where its node dies. */
export async function perform(station: Station, act: Act): Promise<void> {
  switch (act.do) {
    case 'begin':
      return await begin(station, act)
    case 'put':
      return await put(station, act)
    case 'read':
      return await read(station, act.upload)
    case 'delete':
      return await remove(station, act.upload)
    case 'expire':
      await asked(station, () => station.expiry.run(NEVER), () => ({ do: 'expire' }))
      return
    case 'sweep':
      await toldBy(station.seat, () => station.sweep.run(NEVER))
      return
    case 'crash':
      return
    default: {
      const id = station.seat.world.uploads.get(act.upload)
      if (id !== undefined) await performOn(station, act, id)
    }
  }
}

type UploadAct = Exclude<Act, { readonly do: 'begin' | 'put' | 'read' | 'delete' | 'expire' | 'sweep' | 'crash' }>

const NEVER = new AbortController().signal

async function performOn(station: Station, act: UploadAct, id: UploadId): Promise<void> {
  const { uploads } = station.core
  switch (act.do) {
    case 'send':
      return await send(station, act, id)
    case 'land':
      return await land(station, act, id)
    case 'renew': {
      const expiresAt = station.seat.world.timeline.now() + act.liveMs
      await asked(station, () => uploads.renew(at(id), expiresAt), () => ({ do: 'renew', id, expiresAt }))
      return
    }
    case 'seal':
      await asked(
        station,
        () => uploads.seal(at(id)),
        (upload) => ({ do: 'seal', id, parts: upload !== null && 'sealed' in upload ? upload.sealed.partCount : null }),
      )
      return
    case 'abort':
      await asked(station, () => uploads.abort(at(id)), () => ({ do: 'abort', id }))
      return
    case 'parts':
      await asked(
        station,
        () => uploads.listParts(at(id)),
        (parts) => (parts === null ? null : { do: 'parts', id, found: textOf(parts) }),
      )
      return
    case 'commit':
      return await commit(station, act.upload, id, null)
    case 'commit-seen':
      return await commitSeen(station, act.upload, id)
    case 'commit-once':
      return await commitOnce(station, act, id)
  }
}

/** Again until there is an answer, as clients do. */
async function begin(station: Station, { upload, liveMs }: Extract<Act, { do: 'begin' | 'renew' }>): Promise<void> {
  const { seat, core } = station
  for (let attempt = 0; attempt < BEGIN_TRIES; attempt++) {
    const expiresAt = seat.world.timeline.now() + liveMs
    const ref = `ref${upload}`
    const begun = await asked(
      station,
      () => core.uploads.begin({ account: ACCOUNT, bucket: BUCKET, ref, key: keyOf(upload), limits: LIMITS, expiresAt }),
      (answer): Did => ({
        ...{ do: 'begin', upload, id: answer?.id ?? station.begun() },
        expiresAt: answer?.expiresAt ?? expiresAt,
      }),
    )
    if (begun.how === 'answered') seat.world.uploads.set(upload, begun.answer.id)
    if (begun.how !== 'unsure') return
  }
}

async function send(station: Station, act: Extract<Act, { do: 'send' }>, id: UploadId): Promise<void> {
  const { seat, core } = station
  const { size, part: number } = act
  const part = { upload: at(id), number }
  const options = {
    sizeMax: 1_000_000,
    ...(size === 'slot' ? { part, sizeExpected: sizeOf(size) } : {}),
    ...(size === 'few' ? { part, sizeAtMost: sizeOf('slot') } : {}),
  }
  const received = await toldBy(seat, () => core.staging.receive(bodyOf(station, act), options))
  if (received.how === 'answered') await attach(station, id, number, received.answer)
}

async function* bodyOf({ seat }: Station, { size, pausesMs, breaks }: Extract<Act, { do: 'send' }>) {
  const pauses = pausesMs[Symbol.iterator]()
  for (const piece of piecesOf(bytesOf(seat.op.id, size), pausesMs.length)) {
    yield piece
    const { value = 0 } = pauses.next()
    if (value > 0) await seat.pause(value)
    if (breaks) throw new CoreError('body-truncated', 'the client went')
  }
}

async function attach(station: Station, id: UploadId, part: number, staged: Staged): Promise<boolean> {
  const sender = station.seat.op.id
  const told = await asked(
    station,
    () => station.core.uploads.attach(at(id), part, staged),
    () => ({ do: 'attach', id, part, sender }),
  )
  return told.how === 'answered'
}

async function land(station: Station, act: Extract<Act, { do: 'land' }>, id: UploadId): Promise<void> {
  const { seat, core } = station
  const { landing } = core
  if (landing === null) return
  const { timeline, segments } = seat.world
  const name = landing.newName()
  const keepUntil = timeline.now() + HOUR_MS
  const link = await toldBy(seat, () => landing.presignPut(name, { expiresS: LINK_S, keepUntil }))
  if (link.how !== 'answered') return
  const bytes = bytesOf(seat.op.id, 'stored')
  for (const ms of act.putsMs) timeline.after(ms, () => void segments.bytes.set(name, bytes))
  await seat.pause(act.adoptMs)
  const adopted = await toldBy(seat, () => landing.adopt(name, { sizeMax: 1_000_000, digests: [] }))
  if (adopted.how !== 'answered' || adopted.answer === null) return
  const { staged, tag } = adopted.answer
  if (await attach(station, id, act.part, staged)) await toldBy(seat, () => landing.clear(name, tag))
}

async function commit(
  station: Station,
  key: number,
  id: UploadId,
  seen: { readonly version: number; readonly parts: string } | null,
): Promise<void> {
  const { seat, core } = station
  const object = newObjectId(seat.chance, seat.world.timeline.now())
  const ifVersion = seen === null ? {} : { ifVersion: seen.version }
  perhapsSealed(station, id)
  await asked(
    station,
    () => core.uploads.commit(at(id), { id: object, traits: TRAITS, conflict: 'overwrite', ...ifVersion }),
    (made) => ({
      ...{ do: 'commit', id, key, once: null, seen: seen?.parts ?? null, offered: object },
      made: made?.id ?? null,
    }),
  )
}

/** A commit seals first where parts are in assemblies. It may not come to its end. */
function perhapsSealed({ seat: { world, op } }: Station, id: UploadId): void {
  if (world.segments.assemblies.size === 0) return
  world.pending.add({
    ...{ op: op.id, begins: world.moment++, from: world.timeline.now() },
    did: () => ({ do: 'seal', id, parts: null }),
  })
}

async function commitSeen(station: Station, key: number, id: UploadId): Promise<void> {
  const { uploads } = station.core
  const look = async () => {
    const before = await uploads.find(at(id))
    const parts = await uploads.listParts(at(id))
    const after = await uploads.find(at(id))
    const isUnfinished = before?.state === 'open' || before?.state === 'sealed'
    return isUnfinished && before.version === after?.version ? { version: before.version, parts: textOf(parts) } : null
  }
  const looked = await toldBy(station.seat, look)
  if (looked.how === 'answered' && looked.answer !== null) await commit(station, key, id, looked.answer)
}

async function commitOnce(
  station: Station,
  { token, upload: key }: Extract<Act, { do: 'commit-once' }>,
  id: UploadId,
): Promise<void> {
  const { seat, core } = station
  const sender = seat.op.id
  const object = newObjectId(seat.chance, seat.world.timeline.now())
  perhapsSealed(station, id)
  const call = { account: ACCOUNT, scope: 's', token: `token${token}`, digest: '00'.repeat(32), keepMs: 100 * HOUR_MS }
  await asked(
    station,
    () =>
      core.answers.once(call, async (changing) => {
        await changing(sender).uploads.commit(at(id), { id: object, traits: TRAITS, conflict: 'overwrite' })
        return sender
      }),
    (told) => ({
      ...{ do: 'commit', id, key, seen: null, made: null, offered: object },
      once: { token, sender, answer: told === null ? null : Number(told.answer) },
    }),
  )
}

async function put(station: Station, { upload: key, size }: Extract<Act, { do: 'put' }>): Promise<void> {
  const { seat, core } = station
  const sender = seat.op.id
  const id = newObjectId(seat.chance, seat.world.timeline.now())
  const body = bodyOf(station, { do: 'send', upload: key, part: 1, size, pausesMs: [], breaks: false })
  const received = await toldBy(seat, () => core.staging.receive(body, { sizeMax: 1_000_000 }))
  if (received.how !== 'answered') return
  const object = { id, account: ACCOUNT, bucket: BUCKET, key: keyOf(key), staged: received.answer }
  await asked(
    station,
    () => core.objects.put({ ...object, traits: TRAITS, conflict: 'overwrite' }),
    () => ({ do: 'put', key, id, sender }),
  )
}

async function remove(station: Station, key: number): Promise<void> {
  const object = { account: ACCOUNT, bucket: BUCKET, key: keyOf(key) }
  await asked(station, () => station.core.objects.delete(object), () => ({ do: 'delete', key }))
}

async function read(station: Station, key: number): Promise<void> {
  const { objects } = station.core
  const { faults } = station.seat.world
  const readAll = async (): Promise<{ readonly senders: string | null }> => {
    const object = await objects.find({ account: ACCOUNT, bucket: BUCKET, key: keyOf(key) })
    if (object === null) return { senders: null }
    const senders = sendersOf(await wholeOf(objects.read(object)))
    if (senders === null) faults.push(`a read of ${keyOf(key)} gives bytes that nobody sent`)
    return { senders }
  }
  await asked(station, readAll, (read) => (read === null ? null : { do: 'read', key, found: read.senders }))
}

async function wholeOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const textOf = (parts: readonly Part[]): string =>
  parts.map(({ number, facts }) => `${number}:${senderOf(facts)}`).join(' ')
