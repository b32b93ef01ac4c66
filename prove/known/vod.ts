import { createHash } from 'node:crypto'
import { partsOf, placeOf } from '../../test/dialects/huawei-vod/parts.ts'
import { clientOf, type VodClient } from '../../test/dialects/huawei-vod/rig.ts'
import { type Door, randomPieces, somePieces } from './door.ts'
import { download } from './iflytek.ts'

/** OBS takes no smaller part but the last. */
const PART_SIZE = 100 * 1024

interface Task {
  readonly id: string
  readonly bucket: string
  readonly object: string
  readonly upload: string
}

/** Videos in parts, by a temporary authority for each. A handle is the asset's id. */
export function vodDoor(url: string): Door {
  const client = clientOf(url)
  const parts = partsOf(client)
  const taskOf = (upload: string): Task => JSON.parse(upload) as Task
  const read = (assetId: string, from?: number): Promise<Buffer | null> => readAsset(client, assetId, from)
  return {
    name: 'huawei-vod',
    sizes: (random) => somePieces(random, PART_SIZE, 400_000),
    pieces: randomPieces,
    begin: async ({ name }) => {
      const { asset_id, target } = await client.create({ title: name })
      const upload = await parts.begin(placeOf(target.bucket, target.object))
      return JSON.stringify({ id: asset_id, bucket: target.bucket, object: target.object, upload })
    },
    send: async (file, upload, number) => {
      const { bucket, object, upload: id } = taskOf(upload)
      const bytes = randomPieces(file)[number - 1] ?? Buffer.alloc(0)
      const { status, bytes: body } = await parts.put(placeOf(bucket, object), id, number, bytes)
      if (status !== 200) throw new Error(`a part was answered ${status} ${body}`)
    },
    complete: async (file, upload) => {
      const { id, bucket, object, upload: uploadId } = taskOf(upload)
      const place = placeOf(bucket, object)
      // Where the asset is confirmed, nothing may be asked of its upload any more.
      const { status } = await client.info(id)
      if (status === 'CREATING') {
        const tags = randomPieces(file).map(md5Of)
        const { status, bytes } = await parts.complete(place, uploadId, tags)
        if (status !== 200) throw new Error(`the completion was answered ${status} ${bytes}`)
      }
      const confirmed = await client.confirm(id)
      if (confirmed.status !== 200) throw new Error(`the confirm was answered ${confirmed.status}`)
      return id
    },
    isRepeatable: true,
    read,
    peek: (_file, upload) => read(taskOf(upload).id),
    cancel: async (upload) => {
      const { bucket, object, upload: id } = taskOf(upload)
      const { status } = await parts.abort(placeOf(bucket, object), id)
      if (status !== 204) throw new Error(`the abort was answered ${status}`)
    },
    remove: async (asset_id) => void (await client.expect(200, 'DELETE', 'asset', { query: { asset_id } })),
    move: null,
  }
}

async function readAsset(client: VodClient, asset_id: string, from?: number): Promise<Buffer | null> {
  const answer = await client.call('GET', 'asset/details', { query: { asset_id } })
  if (answer.status === 404 || answer.body?.error_code === 'VOD.10062') return null
  if (answer.status !== 200) throw new Error(`details answered ${answer.status} ${answer.bytes}`)
  const signed = answer.body?.base_info.sign_url
  return typeof signed === 'string' ? download(signed, from) : null
}

const md5Of = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`
