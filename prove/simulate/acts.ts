import { newObjectId, type UploadId } from '../../src/core/ids.ts'
import { asked, toldBy } from './asking.ts'
import { sendersOf } from './bytes.ts'
import { commit, commitOnce, commitSeen, perhapsSealed } from './commits.ts'
import type { Did } from './entries.ts'
import type { Act } from './plan.ts'
import { bodyOf, land, send } from './sending.ts'
import type { Station } from './station.ts'
import { ACCOUNT, at, BUCKET, keyOf, LIMITS, TRAITS, textOf } from './things.ts'

const BEGIN_TRIES = 3

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
      await asked(
        station,
        () => station.expiry.run(NEVER),
        () => ({ do: 'expire' }),
      )
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

type UploadAct = Exclude<
  Act,
  { readonly do: 'begin' | 'put' | 'read' | 'delete' | 'expire' | 'sweep' | 'crash' }
>

const NEVER = new AbortController().signal

async function performOn(station: Station, act: UploadAct, id: UploadId): Promise<void> {
  switch (act.do) {
    case 'send':
      return await send(station, act, id)
    case 'land':
      return await land(station, act, id)
    case 'renew':
      return await renew(station, id, act.liveMs)
    case 'seal':
      return await seal(station, id)
    case 'abort':
      await asked(
        station,
        () => station.core.uploads.abort(at(id)),
        () => ({ do: 'abort', id }),
      )
      return
    case 'parts':
      await asked(
        station,
        () => station.core.uploads.listParts(at(id)),
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
async function begin(
  station: Station,
  { upload, liveMs }: Extract<Act, { do: 'begin' | 'renew' }>,
): Promise<void> {
  const { seat, core } = station
  for (let attempt = 0; attempt < BEGIN_TRIES; attempt++) {
    const expiresAt = seat.world.timeline.now() + liveMs
    const ref = `ref${upload}`
    const begun = await asked(
      station,
      () =>
        core.uploads.begin({
          account: ACCOUNT,
          bucket: BUCKET,
          ref,
          key: keyOf(upload),
          limits: LIMITS,
          expiresAt,
        }),
      (answer): Did => ({
        ...{ do: 'begin', upload, id: answer?.id ?? station.begun() },
        expiresAt,
      }),
    )
    if (begun.how === 'answered') seat.world.uploads.set(upload, begun.answer.id)
    if (begun.how !== 'unsure') return
  }
}

async function renew(station: Station, id: UploadId, liveMs: number): Promise<void> {
  const expiresAt = station.seat.world.timeline.now() + liveMs
  await asked(
    station,
    () => station.core.uploads.renew(at(id), expiresAt),
    () => ({ do: 'renew', id, expiresAt }),
  )
}

async function seal(station: Station, id: UploadId): Promise<void> {
  perhapsSealed(station, id)
  await asked(
    station,
    () => station.core.uploads.seal(at(id)),
    (upload) => {
      const parts = upload !== null && 'sealed' in upload ? upload.sealed.partCount : null
      return { do: 'seal', id, parts }
    },
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
  await asked(
    station,
    () => station.core.objects.delete(object),
    () => ({ do: 'delete', key }),
  )
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
