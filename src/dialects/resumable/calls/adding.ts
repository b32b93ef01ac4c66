import type { Upload } from '../../../core/model/uploads.ts'
import type { Appended } from '../../../core/ports/commands/uploads.ts'
import { announcedLength, bodyStream } from '../../../http/body.ts'
import type { Exchange } from '../../../http/types.ts'
import { checkedBody, hasChecksum } from '../wire/tus.ts'
import type { Door } from './call.ts'

interface Addition {
  readonly offset: number
  /** The size of the whole, where it is told now. */
  readonly length: number | null
}

/** Adds a request's body to an upload, and makes the object of it once all is there. Errors: 409, 413, 460; those of the core. */
export async function addBody(
  door: Door,
  exchange: Exchange,
  upload: Upload,
  addition: Addition,
): Promise<Appended> {
  const { core, turns, options } = door
  const { request } = exchange
  const isChecked = hasChecksum(request)
  const body = isChecked ? checkedBody(request, bodyStream(exchange)) : bodyStream(exchange)
  const announced = announcedLength(exchange)
  const { offset, length } = addition
  const appended = await turns.take(upload.id, body, (chunks) =>
    core.uploads.append(upload, chunks, {
      ...{
        offset,
        sizeMax: (upload.limits.sizeNamed ?? length ?? upload.limits.sizeMax) - offset,
        isAtomic: isChecked,
      },
      ...(announced === null ? {} : { sizeExpected: announced }),
      ...(length === null ? {} : { sizeNamed: length }),
    }),
  )
  return finishIfWhole(door, await keepAlive(door, appended, options.ttlS * 1000))
}

/** An upload that gets bytes goes on: its time begins anew. */
async function keepAlive({ core }: Door, appended: Appended, ttlMs: number): Promise<Appended> {
  const now = core.clock.now()
  if (appended.upload.expiresAt - now > ttlMs / 2) return appended
  const upload = await core.uploads.renew(appended.upload, now + ttlMs)
  return { ...appended, upload }
}

/** Makes the object once the upload has its size. */
export async function finishIfWhole({ core }: Door, { upload, offset }: Appended): Promise<Appended> {
  if (upload.state !== 'open' || offset !== sizeNamedOf(upload)) return { upload, offset }
  const { account, id, attributes } = upload
  const { name, contentType } = attributes
  await core.uploads.commit(
    { account, id },
    {
      traits: {
        ...{ name: typeof name === 'string' ? name : upload.key, kind: 'file', status: '', media: null },
        ...{ contentType: typeof contentType === 'string' ? contentType : null, attributes: {} },
      },
      conflict: 'overwrite',
    },
  )
  return { upload: (await core.uploads.find({ account, id })) ?? upload, offset }
}

export const sizeNamedOf = ({ limits }: Upload): number | null => limits.sizeNamed ?? null
