import { APP } from '../../test/support/harness.ts'
import { iflytekHeaders, multipart } from '../../test/support/iflytek.ts'
import { type Door, randomPieces, somePieces, someSize } from './door.ts'

interface Answer {
  readonly code: number
  readonly data?: { readonly upload_id?: string; readonly url?: string }
}

const IDS = { request_id: '1', app_id: APP.app_id }

/** Files in slices; the server is to take slices of any size. */
export function slicedDoor(url: string): Door {
  const json = (path: string, upload_id = ''): Promise<Answer> =>
    post(
      url,
      path,
      'application/json',
      JSON.stringify({ ...IDS, ...(upload_id === '' ? {} : { upload_id }) }),
    )
  return {
    name: 'iflytek-ost sliced',
    sizes: (random) => somePieces(random, 1, 400_000),
    pieces: randomPieces,
    begin: async () => String((await json('/file/mpupload/init')).data?.upload_id),
    send: async (file, upload_id, number) => {
      const bytes = randomPieces(file)[number - 1] ?? Buffer.alloc(0)
      const form = multipart({ ...IDS, upload_id, slice_id: String(number) }, bytes)
      await post(url, '/file/mpupload/upload', form.type, form.body)
    },
    complete: async (_file, upload) => pathOf(await json('/file/mpupload/complete', upload)),
    isRepeatable: true,
    read: (handle, from) => download(url + handle, from),
    peek: async () => null,
    cancel: async (upload) => void (await json('/file/mpupload/cancel', upload)),
    remove: null,
    move: null,
  }
}

/** Files in one call. */
export function wholeDoor(url: string): Door {
  return {
    name: 'iflytek-ost whole',
    sizes: (random) => [someSize(random, 1, 300_000)],
    pieces: randomPieces,
    begin: async () => '',
    send: async () => {},
    complete: async (file) => {
      const form = multipart(IDS, Buffer.concat(randomPieces(file)))
      return pathOf(await post(url, '/file/upload', form.type, form.body))
    },
    isRepeatable: false,
    read: (handle, from) => download(url + handle, from),
    peek: async () => null,
    cancel: null,
    remove: null,
    move: null,
  }
}

const pathOf = ({ data }: Answer): string => new URL(String(data?.url)).pathname

async function post(url: string, path: string, type: string, body: Buffer | string): Promise<Answer> {
  const headers = { ...iflytekHeaders(APP, path), 'content-type': type }
  const sent = typeof body === 'string' ? body : new Uint8Array(body)
  const response = await fetch(url + path, { method: 'POST', headers, body: sent })
  const text = await response.text()
  const answer = response.ok ? (JSON.parse(text) as Answer) : { code: -1 }
  if (answer.code !== 0) throw new Error(`${path} answered ${response.status} ${text.slice(0, 300)}`)
  return answer
}

/** What a URL gives, whole or from byte `from` on; null for 404. */
export async function download(url: string, from = 0): Promise<Buffer | null> {
  const response = await fetch(url, { headers: from === 0 ? {} : { range: `bytes=${from}-` } })
  const bytes = Buffer.from(await response.arrayBuffer())
  if (response.status === 404) return null
  if (response.status !== (from === 0 ? 200 : 206))
    throw new Error(`GET answered ${response.status} ${bytes.subarray(0, 300)}`)
  return bytes
}
