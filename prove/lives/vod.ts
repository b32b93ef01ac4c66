import { createHash, createHmac } from 'node:crypto'
import { signVod } from '../../test/dialects/huawei-vod/sign.ts'
import { ACCOUNT, PROJECTS } from '../../test/support/harness.ts'
import { mediaFixture } from '../../test/support/media-fixtures.ts'
import { type Content, contentOf } from '../content.ts'
import type { OpenUpload, Thing } from '../ledger.ts'
import { type Call, jsonOf } from '../wire.ts'
import type { Question, Reading, World } from '../world.ts'
import { rangeHeader } from './iflytek.ts'
import { LARGE, type Life, type Scene, sizeOf } from './life.ts'

export interface Asset {
  readonly asset_id: string
  readonly video_upload_url: string
  readonly target: { readonly bucket: string; readonly object: string }
}

const PROJECT = PROJECTS.main.id
/** OBS takes no smaller part but the last. */
const PART_MIN = 100 * 1024
const LINK_S = 86_400

const bodyAt =
  <Body extends object>(status: number) =>
  (reply: Parameters<Reading<Body>>[0]): Body | undefined =>
    reply.status === status ? (jsonOf<Body>(reply) as Body) : undefined

function api<T>(world: World, method: string, path: string, read: Reading<T>, json?: object): Question<T> {
  const { publicUrl } = world.nodes
  const body = json === undefined ? '' : JSON.stringify(json)
  const target = `${publicUrl}/${path.startsWith('asset/authority') ? 'v1.1' : 'v1.0'}/${PROJECT}/${path}`
  const call = (): Call => {
    const headers = {
      host: new URL(publicUrl).host,
      'content-type': 'application/json',
      'x-project-id': PROJECT,
    }
    const signed = signVod({ method, url: target, headers, body, keys: ACCOUNT, now: Date.now() })
    return { method, target, headers: { ...headers, ...signed }, ...(body === '' ? {} : { body }) }
  }
  return { what: `huawei-vod ${method} ${path.split('?')[0]}`, call, read }
}

export const newAsset = (world: World): Promise<Asset> => {
  const fields = { title: 'a title', video_name: 'a.mp4', video_type: 'MP4' }
  return world.ask(api(world, 'POST', 'asset', bodyAt<Asset>(200), fields))
}

/** An MP4 video in pieces of these sizes; what stands behind its head is random. */
export function video(world: World, sizes: readonly number[]): Content {
  const video = mediaFixture('video.mp4')
  const box = Buffer.alloc(8)
  const head = Buffer.concat([video, box])
  const pieces = sizes.map((size) => world.pool.take(size))
  const [first = new Uint8Array(), ...others] = pieces
  const padding = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
  head.writeUInt32BE(8 + padding, video.length)
  head.write('free', video.length + 4)
  return contentOf(Buffer.concat([head, first]), ...others)
}

/** An OBS link of signature version 2, made by the client itself. */
function link(method: string, { bucket, object }: Asset['target'], query = ''): string {
  const expires = Math.floor(Date.now() / 1000) + LINK_S
  const path = `/${bucket}/${object}`
  const text = [method, '', '', expires, path + (query === '' ? '' : `?${query}`)].join('\n')
  const signature = createHmac('sha1', ACCOUNT.secret_key).update(text).digest('base64')
  const signed = { AWSAccessKeyId: ACCOUNT.access_key, Expires: String(expires), Signature: signature }
  return `${path}?${query === '' ? '' : `${query}&`}${new URLSearchParams(signed)}`
}

export const reader =
  (asset: Asset): Thing['fetch'] =>
  async (send, range) => {
    const headers = range === null ? {} : rangeHeader(range)
    const reply = await send({ method: 'GET', target: link('GET', asset.target), headers })
    return reply.status === 404 ? null : reply
  }

const etag: Reading<string> = ({ status, headers }) => (status === 200 ? String(headers.etag) : undefined)
export const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')
const xmlText = (name: string, text: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]?.replaceAll('&quot;', '"') ?? ''

export const beginParts = (world: World, { target }: Asset): Promise<string> => {
  const read: Reading<string> = ({ status, bytes }) =>
    status === 200 ? xmlText('UploadId', bytes.toString()) : undefined
  const call = (): Call => ({ method: 'POST', target: link('POST', target, 'uploads') })
  return world.ask({ what: 'huawei-vod OBS initiate', call, read })
}

export function part(asset: Asset, uploadId: string, number: number, bytes: Uint8Array): Question<string> {
  const query = `partNumber=${number}&uploadId=${uploadId}`
  const call = (): Call => ({ method: 'PUT', target: link('PUT', asset.target, query), body: bytes })
  return { what: 'huawei-vod OBS part', call, read: etag }
}

export function abort({ target }: Asset, uploadId: string): Question<true> {
  const call = (): Call => ({ method: 'DELETE', target: link('DELETE', target, `uploadId=${uploadId}`) })
  const read: Reading<true> = ({ status }, isRepeated) =>
    status === 204 || (isRepeated && status === 404) ? true : undefined
  return { what: 'huawei-vod OBS abort', call, read }
}

/** Answers the ETag of the whole, whenever it is repeated. */
export function complete(asset: Asset, uploadId: string, etags: readonly string[]): Question<string> {
  const list = etags.map((tag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${tag}</ETag></Part>`)
  const body = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`
  const call = (): Call => ({
    method: 'POST',
    target: link('POST', asset.target, `uploadId=${uploadId}`),
    body,
  })
  const read: Reading<string> = ({ status, bytes }) =>
    status === 200 ? xmlText('ETag', bytes.toString()) : undefined
  return { what: 'huawei-vod OBS complete', call, read }
}

export const confirm = (world: World, { asset_id }: Asset): Question<string> =>
  api(world, 'POST', 'asset/status/uploaded', (reply) => bodyAt<Asset>(200)(reply)?.asset_id, {
    asset_id,
    status: 'CREATED',
  })

function openUpload(asset: Asset, uploadId: string): OpenUpload {
  return {
    what: `huawei-vod upload of ${asset.asset_id}`,
    parts: new Map(),
    list: async (send) => {
      const reply = await send({ method: 'GET', target: link('GET', asset.target, `uploadId=${uploadId}`) })
      if (reply.status !== 200) return reply
      const parts = reply.bytes.toString().split('<Part>').slice(1)
      return new Map(
        parts.map((text) => [Number(xmlText('PartNumber', text)), xmlText('ETag', text).replaceAll('"', '')]),
      )
    },
  }
}

async function inParts({ world, ledger }: Scene, asset: Asset): Promise<Content> {
  const sizes = Array.from({ length: 2 + world.run.random.int(2) }, () => sizeOf(world, { min: PART_MIN }))
  const content = video(world, sizes)
  const uploadId = await beginParts(world, asset)
  const upload = openUpload(asset, uploadId)
  ledger.uploads.add(upload)
  const etags: string[] = []
  for (const [index, piece] of content.pieces.entries()) {
    const send = (bytes: Uint8Array) =>
      ledger.part(upload, index + 1, md5(bytes), () => world.ask(part(asset, uploadId, index + 1, bytes)))
    if (world.chance(4)) await send(world.pool.take(LARGE))
    etags.push(await send(piece))
  }
  ledger.uploads.delete(upload)
  await world.askTwice(complete(asset, uploadId, etags))
  return content
}

async function whole({ world }: Scene, { video_upload_url: target }: Asset): Promise<Content> {
  const content = video(world, [sizeOf(world)])
  const headers = { 'content-type': 'video/mp4' }
  const call = (): Call => ({ method: 'PUT', target, headers, body: content.pieces[0] ?? '' })
  await world.ask({ what: 'huawei-vod PUT', call, read: etag })
  return content
}

async function live(scene: Scene, send: (scene: Scene, asset: Asset) => Promise<Content>): Promise<void> {
  const { world, ledger } = scene
  const asset = await newAsset(world)
  const thing = ledger.add(`huawei-vod ${asset.asset_id}`, [null], reader(asset))
  const content = await send(scene, asset)
  await ledger.change(new Map([[thing, content]]), () => world.askTwice(confirm(world, asset)))
  if (!world.chance(3)) return
  const removed: Reading<true> = ({ status }) => (status === 200 ? true : undefined)
  const remove = api(world, 'DELETE', `asset?asset_id=${asset.asset_id}`, removed)
  await ledger.change(new Map([[thing, null]]), () => world.ask(remove))
}

export const VOD: readonly Life[] = [
  { name: 'huawei-vod, in one piece', live: (scene) => live(scene, whole) },
  { name: 'huawei-vod, in parts', live: (scene) => live(scene, inParts) },
]
