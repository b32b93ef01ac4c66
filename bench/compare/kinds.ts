import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

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

const upload = (width: number, durability: string): Kind => ({
  what: `16 KiB one-shot, ${durability}, ${width} at a time`,
  width,
  count: width === 1 ? 400 : 2000,
  async start({ harness, load }) {
    const server = await harness.spawnServer({ settings: { durability } })
    const client = new load.LoadClient(server.url)
    const body = randomBytes(16 * 1024)
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

/** All kinds of work, cheap ones first. */
export const KINDS: readonly Kind[] = [
  upload(1, 'strict'),
  upload(64, 'strict'),
  upload(64, 'relaxed'),
  slices(1024),
  slices(66_000),
  renewals(1, undefined, 'one set of headers'),
  renewals(32, undefined, 'one set of headers'),
  renewals(32, { partNumberRange: '1-100' }, 'headers of 100 parts'),
  assets,
]
