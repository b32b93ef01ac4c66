import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'

import type { PartTerms } from '../../test/support/smh-load.ts'

type Harness = typeof import('../../test/support/harness.ts')
type Load = typeof import('../../test/support/load.ts')
type SmhLoad = typeof import('../../test/support/smh-load.ts')
type VodLoad = typeof import('../vod-client.ts')

/** One checkout's servers and clients. Both sides send the same requests, each with its own. */
export interface Side {
  readonly harness: Harness
  readonly load: Load
  readonly smh: SmhLoad
  readonly vod: VodLoad
}

/** What is sent again and again; `run` gets the number of the operation. */
export interface Work {
  readonly pid: number
  run(index: number): Promise<unknown>
  end(): Promise<void>
}

export interface Kind {
  readonly what: string
  readonly width: number
  /** Operations of a round. */
  readonly count: number
  start(side: Side): Promise<Work>
}

const SLICES_MAX = 10_000

const upload = (width: number, durability: string, kib = 16): Kind => ({
  what: `${kib} KiB one-shot, ${durability}, ${width} at a time`,
  width,
  count: width === 1 || kib > 16 ? 400 : 2000,
  async start({ harness, load }) {
    const server = await harness.spawnServer({ settings: { durability } })
    const client = new load.LoadClient(server.url)
    const body = randomBytes(kib * 1024)
    return { pid: server.pid, run: () => client.form('/file/upload', {}, body), end: () => server.dispose() }
  },
})

const slices = (size: number): Kind => ({
  what: `slices of ${size.toLocaleString('en')} bytes, 32 at a time`,
  width: 32,
  count: 2000,
  async start({ harness, load }) {
    const settings = { 'iflytek_ost.slice_size_min_bytes': '1' }
    const server = await harness.spawnServer({ settings })
    const client = new load.LoadClient(server.url)
    const body = randomBytes(size)
    const init = async () => String((await client.json('/file/mpupload/init', {})).data?.upload_id)
    let upload_id = init()
    const run = async (index: number): Promise<unknown> => {
      const slice = (index % SLICES_MAX) + 1
      if (slice === 1 && index > 0) upload_id = init()
      const fields = { upload_id: await upload_id, slice_id: String(slice) }
      return client.form('/file/mpupload/upload', fields, body)
    }
    return { pid: server.pid, run, end: () => server.dispose() }
  },
})

const renewals = (width: number, json: unknown, what: string): Kind => ({
  what: `renewals: ${what}, ${width} at a time`,
  width,
  count: json === undefined ? 1000 : 200,
  async start({ harness, smh }) {
    const server = await harness.spawnServer()
    const client = new smh.SmhLoadClient(server.url)
    const token = await client.token(harness.LIBRARIES.file)
    const files = `file/${harness.LIBRARIES.file.id}/-`
    const begun = `${files}/renewed.bin?multipart&access_token=${token}`
    const { confirmKey } = await client.call<{ confirmKey: string }>(201, 'POST', begun)
    const target = `${files}/${confirmKey}?renew&access_token=${token}`
    return {
      pid: server.pid,
      run: () => client.call(200, 'POST', target, json),
      end: () => server.dispose(),
    }
  },
})

const assets: Kind = {
  what: 'an asset made, put and confirmed, 8 KB, 32 at a time',
  width: 32,
  count: 300,
  async start({ harness, vod }) {
    const server = await harness.spawnServer()
    const client = new vod.VodLoadClient(server.url)
    await client.logIn()
    const video = readFileSync(new URL('../../test/fixtures/media/video.mp4', import.meta.url))
    const run = async (index: number): Promise<unknown> => {
      const asset = await client.create({ title: `title ${index}`, tags: 'a,b' })
      await client.put(asset, video)
      return client.confirm(asset)
    }
    return { pid: server.pid, run, end: () => server.dispose() }
  },
}

const OBJECT_SIZE = 64 * 1024 ** 2

const reads = (what: string, size: number, width: number, count: number): Kind => ({
  what: `reads: ${what}, ${width} at a time`,
  width,
  count,
  async start({ harness, load }) {
    const server = await harness.spawnServer()
    const client = new load.LoadClient(server.url)
    const { data } = await client.form('/file/upload', {}, randomBytes(1024 ** 2), OBJECT_SIZE / 1024 ** 2)
    const agent = new Agent({ keepAlive: true })
    const run = async (index: number): Promise<void> => {
      const at = (index * 7_919_777) % (OBJECT_SIZE - size + 1)
      const headers = { range: `bytes=${at}-${at + size - 1}` }
      const [response] = await once(get(data?.url ?? '', { agent, headers }), 'response')
      for await (const _ of response);
    }
    return { pid: server.pid, run, end: () => server.dispose() }
  },
})

const confirms: Kind = {
  what: 'a file of one part of 64 KiB begun, put and confirmed, 32 at a time',
  width: 32,
  count: 200,
  async start({ harness, smh }) {
    const server = await harness.spawnServer()
    const client = new smh.SmhLoadClient(server.url)
    const token = await client.token(harness.LIBRARIES.file)
    const files = `file/${harness.LIBRARIES.file.id}/-`
    const query = `access_token=${token}`
    const body = randomBytes(64 * 1024)
    const run = async (index: number): Promise<unknown> => {
      const begun = await client.call<PartTerms>(201, 'POST', `${files}/file-${index}.bin?multipart&${query}`)
      await client.putPart(begun, 1, body)
      return client.call(200, 'POST', `${files}/${begun.confirmKey}?confirm&${query}`)
    }
    return { pid: server.pid, run, end: () => server.dispose() }
  },
}

/** All kinds of work, cheap ones first. */
export const KINDS: readonly Kind[] = [
  upload(1, 'strict'),
  upload(64, 'strict'),
  upload(64, 'relaxed'),
  upload(8, 'strict', 256),
  slices(1024),
  slices(66_000),
  renewals(1, undefined, 'one set of headers'),
  renewals(32, undefined, 'one set of headers'),
  renewals(32, { partNumberRange: '1-100' }, 'headers of 100 parts'),
  confirms,
  assets,
  reads('64 MiB', OBJECT_SIZE, 1, 8),
  reads('1 MiB', 1024 ** 2, 8, 400),
  reads('64 KiB', 64 * 1024, 8, 1000),
]
