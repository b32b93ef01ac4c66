import { createHash } from 'node:crypto'
import { Agent, request } from 'node:http'
import { APP } from '../support/harness.ts'
import { iflytekHeaders, multipart } from '../support/iflytek.ts'
import type { SeededRandom } from '../support/seeded.ts'

/** A file whose completion was acknowledged: it has to be there, whatever happens afterwards. */
export interface Acknowledged {
  readonly url: string
  readonly sha256: string
}

const TRIES_MAX = 200
const PAUSE_MS = 50
const LARGE_SIZE = 5 * 1024 ** 2

/**
 * One whole life of a sliced upload through the balancer, every call on a connection (and so a node) of its own. What is
 * not answered with success is tried again, as a patient client does. Fails if a life cannot be lived at all.
 */
export async function liveOneLife(url: string, random: SeededRandom): Promise<Acknowledged> {
  const ids = { request_id: '1', app_id: APP.app_id }
  const begun = await patiently(() => callJson(url, '/file/mpupload/init', ids))
  const upload_id = String(begun.data?.upload_id)
  const slices = Array.from({ length: 2 + ((random.bytes(1)[0] ?? 0) % 4) }, (_, i) => sliceOf(random, i))
  await Promise.all(
    slices.map(({ bytes, number }) =>
      patiently(() => {
        const form = multipart({ ...ids, upload_id, slice_id: String(number) }, bytes)
        return call(url, '/file/mpupload/upload', form.type, form.body)
      }),
    ),
  )
  const completed = await patiently(() => callJson(url, '/file/mpupload/complete', { ...ids, upload_id }))
  const hash = createHash('sha256')
  for (const { bytes } of slices) hash.update(bytes)
  return { url: new URL(String(completed.data?.url)).pathname, sha256: hash.digest('hex') }
}

/** Whether the file is there, byte for byte. Tries again while nodes are coming and going. */
export async function isThere(url: string, { url: path, sha256 }: Acknowledged): Promise<boolean> {
  return patiently(async () => {
    const { status, body } = await send(url + path, 'GET', {}, null)
    if (status !== 200) throw new Error(`GET answered ${status}`)
    return createHash('sha256').update(body).digest('hex') === sha256
  })
}

interface Answer {
  readonly code: number
  readonly data?: { readonly upload_id?: string; readonly url?: string }
}

/** Mostly small; some are large enough for the blob store to put them together. */
const sliceOf = (random: SeededRandom, index: number) => {
  const [a = 0, b = 0, kind = 0] = random.bytes(3)
  const size = (a * 256 + b) * 4 + 1
  const bytes =
    kind % 3 === 0 ? Buffer.alloc(LARGE_SIZE + size, random.bytes(9_973)) : Buffer.from(random.bytes(size))
  return { number: index + 1, bytes }
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries === TRIES_MAX) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}

const callJson = (url: string, path: string, fields: object): Promise<Answer> =>
  call(url, path, 'application/json', Buffer.from(JSON.stringify(fields)))

async function call(url: string, path: string, type: string, body: Buffer): Promise<Answer> {
  const headers = {
    ...iflytekHeaders(APP, path),
    'content-type': type,
    'content-length': String(body.length),
  }
  const answer = await send(url + path, 'POST', headers, body)
  const parsed = JSON.parse(answer.body.toString()) as Answer
  if (answer.status !== 200 || parsed.code !== 0)
    throw new Error(`${path} answered ${answer.status} ${answer.body}`)
  return parsed
}

function send(url: string, method: string, headers: Record<string, string>, body: Buffer | null) {
  return new Promise<{ status: number; body: Buffer }>((resolve, reject) => {
    const sent = request(url, { method, headers, agent: new Agent() }, async (response) => {
      try {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk)
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) })
      } catch (error) {
        reject(error)
      }
    })
    sent.on('error', reject)
    sent.end(body ?? undefined)
  })
}
