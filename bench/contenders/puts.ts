import { ACCOUNT, LIBRARIES } from '../../test/support/harness.ts'
import { type PartTerms, SmhLoadClient } from '../../test/support/smh-load.ts'
import { callVms } from '../../test/support/volcengine.ts'
import type { LoadRequest } from '../load/plan.ts'
import { VodLoadClient } from '../vod-client.ts'
import { freshName, inLanes } from './lanes.ts'

const MIB = 1024 ** 2
const GIB = 1024 * MIB
/** How one of Stowage's dialects lets whole objects be put: begins `count` uploads, and says how each one's bytes are sent. */
export interface PutDoor {
  readonly flavour: string
  /** The vendor takes no larger body by one PUT. */
  readonly sizeMax: number
  begin(server: { readonly url: string }, count: number, size: number): Promise<readonly LoadRequest[]>
}

/** Tencent SMH: a signed PUT by COS's rules. */
export const cosPuts: PutDoor = {
  flavour: 'COS (tencent-smh)',
  sizeMax: 5 * GIB,
  begin: async ({ url }, count, size) => {
    const client = new SmhLoadClient(url)
    const token = await client.token(LIBRARIES.file)
    const puts = await inLanes(count, async () => {
      const target = `file/${LIBRARIES.file.id}/-/${freshName('bin')}?access_token=${token}`
      const { path, headers } = await client.call<PartTerms>(201, 'PUT', target)
      return { method: 'PUT', path, headers, fill: size }
    })
    client.close()
    return puts
  },
}

/** Huawei VOD: a PUT by a URL signed by OBS's rules. */
export const obsPuts: PutDoor = {
  flavour: 'OBS (huawei-vod)',
  sizeMax: 5 * GIB,
  begin: async ({ url }, count, size) => {
    const client = new VodLoadClient(url)
    await client.logIn()
    const puts = await inLanes(count, async () => {
      const { video_upload_url } = await client.create({})
      return putTo(video_upload_url, size, { 'content-type': 'video/mp4' })
    })
    client.close()
    return puts
  },
}

/** Volcengine VMS: a PUT by a URL signed by TOS's rules. */
export const tosPuts: PutDoor = {
  flavour: 'TOS (volcengine-vms)',
  sizeMax: 16 * MIB,
  begin: ({ url }, count, size) =>
    inLanes(count, async () => {
      const query = { FileName: freshName('wav') }
      const { body } = await callVms(url, 'GetResourceUploadUrl', { keys: ACCOUNT, query, method: 'GET' })
      const { UploadUrl = '' } = (body.Result ?? {}) as { readonly UploadUrl?: string }
      if (UploadUrl === '') throw new Error(JSON.stringify(body))
      return putTo(UploadUrl, size)
    }),
}

function putTo(url: string, size: number, headers: Readonly<Record<string, string>> = {}): LoadRequest {
  const { pathname, search } = new URL(url)
  return { method: 'PUT', path: pathname + search, headers, fill: size }
}
