import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { asAccountId } from '../../../src/core/ids.ts'
import { userBucket } from '../../../src/core/model/buckets.ts'
import { signTicket, type Ticket } from '../../../src/dialects/resumable/auth/ticket.ts'
import { ACCOUNT, startTestServer, type TestServer, type TestServerOptions } from '../../support/harness.ts'

export const BUCKET = 'uploads-of-tests'
const KEY = { accessKey: ACCOUNT.access_key, secretKey: ACCOUNT.secret_key }
const account = asAccountId(ACCOUNT.id)

/** The largest upload that the server of these tests takes, unless a test says something else. */
export const SIZE_MAX = 10_000_000

/** A server with the bucket of these tests. */
export async function startUploads({ settings, ...options }: TestServerOptions = {}): Promise<TestServer> {
  const limits = { 'resumable.size_max_bytes': String(SIZE_MAX) }
  const server = await startTestServer({ ...options, settings: { ...limits, ...settings } })
  await server.engine.core.buckets.make({ account, name: BUCKET, settings: {} })
  return server
}

/** A ticket of the first account's key, for longer than any test. */
export const ticketFor = (change: Partial<Ticket> = {}, key = KEY): string =>
  signTicket(key, {
    ...{ bucket: BUCKET, target: { prefix: 'in/' }, sizeMax: null, types: null },
    ...{ endsAt: Date.now() + 90 * 86_400_000, ...change },
  })

/** The bytes of an object; null where there is none. */
export async function objectAt(server: TestServer, key: string): Promise<Buffer | null> {
  const { objects } = server.engine.core
  const object = await objects.find({ account, bucket: userBucket(BUCKET), key })
  if (object === null) return null
  const chunks: Uint8Array[] = []
  for await (const chunk of objects.read(object)) chunks.push(Uint8Array.from(chunk))
  return Buffer.concat(chunks)
}

export const findObject = (server: TestServer, key: string) =>
  server.engine.core.objects.find({ account, bucket: userBucket(BUCKET), key })

export const TUS = { 'tus-resumable': '1.0.0' }
export const BODY = { 'content-type': 'application/offset+octet-stream' }

/** Upload-Metadata of these texts. */
export const described = (texts: Readonly<Record<string, string>>): string =>
  Object.entries(texts)
    .map(([name, text]) => `${name} ${Buffer.from(text).toString('base64')}`)
    .join(',')

/** What most tests send. */
export const bytes = randomBytes(300_000)
export const size = { 'upload-length': String(bytes.byteLength) }
export const named = (filename: string) => ({
  'upload-metadata': described({ filename, filetype: 'text/plain' }),
})

/** Begins an upload, and returns its URL. */
export async function begin(server: TestServer, headers: Readonly<Record<string, string>>): Promise<string> {
  const made = await create(server, headers)
  assert.equal(made.status, 201, await made.clone().text())
  return made.headers.get('location') ?? assert.fail('no location')
}

export const create = (
  server: TestServer,
  headers: Readonly<Record<string, string>>,
  ticket = ticketFor(),
  body?: Uint8Array<ArrayBuffer>,
): Promise<Response> =>
  fetch(`${server.url}/uploads`, {
    method: 'POST',
    headers: { ...TUS, 'upload-ticket': ticket, ...headers },
    ...(body === undefined ? {} : { body }),
  })

export const patch = (
  url: string,
  offset: number,
  body: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  fetch(url, {
    method: 'PATCH',
    headers: { ...TUS, ...BODY, 'upload-offset': `${offset}`, ...headers },
    body,
  })

export const head = (url: string): Promise<Response> => fetch(url, { method: 'HEAD', headers: TUS })

export const offsetOf = async (url: string): Promise<string | null> =>
  (await head(url)).headers.get('upload-offset')
