import { CoreError } from '../../src/core/errors.ts'
import type { UploadId } from '../../src/core/ids.ts'
import type { Staged } from '../../src/core/model/bytes.ts'
import { asked, toldBy } from './asking.ts'
import { bytesOf, piecesOf, sizeOf } from './bytes.ts'
import type { Act } from './plan.ts'
import type { Station } from './station.ts'
import { at } from './things.ts'
import { HOUR_MS } from './times.ts'

/** How long links to the store live, in seconds. */
const LINK_S = 600

/** Sends a part. */
export async function send(station: Station, act: Extract<Act, { do: 'send' }>, id: UploadId): Promise<void> {
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

/** The bytes of this operation, in pieces, with pauses. */
export async function* bodyOf({ seat }: Station, { size, pausesMs, breaks }: Extract<Act, { do: 'send' }>) {
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

/** Has the client put the bytes into the store itself, and takes them over as a part. */
export async function land(station: Station, act: Extract<Act, { do: 'land' }>, id: UploadId): Promise<void> {
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
