import { newObjectId, type UploadId } from '../../src/core/ids.ts'
import { asked, toldBy } from './asking.ts'
import type { Did } from './entries.ts'
import type { Act } from './plan.ts'
import type { Station } from './station.ts'
import { ACCOUNT, at, TRAITS, textOf } from './things.ts'
import { HOUR_MS } from './times.ts'

/** What a client looked at before. */
interface Seen {
  readonly version: number
  readonly parts: string
}

/** Commits an upload to a key; with `seen`, only what was looked at. */
export async function commit(station: Station, key: number, id: UploadId, seen: Seen | null): Promise<void> {
  const { seat, core } = station
  const object = newObjectId(seat.chance, seat.world.timeline.now())
  const ifVersion = seen === null ? {} : { ifVersion: seen.version }
  perhapsSealed(station, id)
  await asked(
    station,
    () => core.uploads.commit(at(id), { id: object, traits: TRAITS, conflict: 'overwrite', ...ifVersion }),
    (made): Did => ({
      ...{ do: 'commit', id, key, once: null, seen: seen?.parts ?? null, offered: object },
      made: made?.id ?? null,
    }),
  )
}

/** A commit seals first where parts are in assemblies. It may not come to its end. */
export function perhapsSealed({ seat: { world, op } }: Station, id: UploadId): void {
  if (!world.hasSlots) return
  world.pending.add({
    ...{ op: op.id, begins: world.moment++, from: world.timeline.now() },
    did: () => ({ do: 'seal', id, parts: null }),
  })
}

/** Looks at the parts first. */
export async function commitSeen(station: Station, key: number, id: UploadId): Promise<void> {
  const { uploads } = station.core
  const look = async () => {
    const before = await uploads.find(at(id))
    const parts = await uploads.listParts(at(id))
    const after = await uploads.find(at(id))
    const isUnfinished = before?.state === 'open' || before?.state === 'sealed'
    return isUnfinished && before.version === after?.version
      ? { version: before.version, parts: textOf(parts) }
      : null
  }
  const looked = await toldBy(station.seat, look)
  if (looked.how === 'answered' && looked.answer !== null) await commit(station, key, id, looked.answer)
}

/** Commits by a call with a token of the client's. */
export async function commitOnce(
  station: Station,
  { token, upload: key }: Extract<Act, { do: 'commit-once' }>,
  id: UploadId,
): Promise<void> {
  const { seat, core } = station
  const sender = seat.op.id
  const object = newObjectId(seat.chance, seat.world.timeline.now())
  perhapsSealed(station, id)
  const call = {
    account: ACCOUNT,
    scope: 's',
    token: `token${token}`,
    digest: '00'.repeat(32),
    keepMs: 100 * HOUR_MS,
  }
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
