import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { EMPTY_SHA256, type FormPart, PLAIN, type Signing, sha256, withoutPort } from './wire-client.ts'

/** The file as a client knows it. */
export interface LocalFile {
  readonly path: string
  readonly bytes: Buffer
}

/** How one known client speaks: what differs from the others, and nothing else. */
export interface Profile {
  readonly signing: Signing
  /** Sent with every call. */
  readonly headers?: readonly string[]
  readonly jsonContentType?: string
  /** Names of a form's parts, in order. */
  readonly uploadOrder: readonly string[]
  readonly sliceOrder: readonly string[]
  readonly requestId: () => string
  readonly initCloudId?: string
  /** Also in one-shot uploads. */
  readonly uploadCloudId?: string
  readonly filename: (file: LocalFile) => string
  readonly sliceFilename: (file: LocalFile, number: number) => string
  readonly dataHeaders: (content: Uint8Array) => readonly string[]
  readonly textHeaders?: (text: string) => readonly string[]
  readonly sliceSize: number
  readonly firstSlice: 0 | 1
  /** Sends the remainder as a last slice even when there is none. */
  readonly sendsEmptyLastSlice?: boolean
  readonly boundary?: string
}

const DATA_FIRST = ['data', 'app_id', 'request_id', 'cloud_id', 'upload_id', 'slice_id']
const DATA_LAST = ['request_id', 'app_id', 'cloud_id', 'upload_id', 'slice_id', 'data']
const MIB = 1024 ** 2
const OCTETS = () => ['Content-Type: application/octet-stream']
const minuteText = (): string => new Date().toISOString().slice(0, 16).replace(/\D/g, '')
const secondText = (): string => new Date().toISOString().slice(0, 19).replace(/\D/g, '')
const emptyDigest = (prefix: string) => () => `${prefix}${EMPTY_SHA256}`

const PYTHON_HEADERS = [
  ...['user-agent', 'python-requests/2.32.3'],
  ...['ACCEPT-ENCODING', 'gzip, deflate'],
  ...['Connection', 'keep-alive'],
]

export const SKILLS: Profile = {
  signing: {
    ...PLAIN,
    signedHost: withoutPort,
    wireHost: withoutPort,
    digest: emptyDigest('SHA-256=SHA-256='),
  },
  headers: PYTHON_HEADERS,
  uploadOrder: DATA_FIRST,
  sliceOrder: DATA_FIRST,
  requestId: secondText,
  filename: ({ path }) => path,
  sliceFilename: ({ path }) => path,
  dataHeaders: () => ['Content-Type: audio/x-wav'],
  sliceSize: 5 * MIB,
  firstSlice: 1,
  sendsEmptyLastSlice: true,
  boundary: 'f1c2a7d09b5b4f0e8e3a0c7f5d9b1e6a',
}

export const DEMO_PY: Profile = {
  ...SKILLS,
  signing: { ...SKILLS.signing, digest: emptyDigest('SHA256=SHA-256=') },
  headers: [...PYTHON_HEADERS, 'Method', 'POST'],
  requestId: minuteText,
  initCloudId: '0',
  uploadCloudId: '0',
  filename: () => 'C:\\Users\\测试 1\\voice.wav',
}

export const DEMO_JAVA: Profile = {
  signing: {
    ...PLAIN,
    signedHost: (host) => host,
    digest: emptyDigest('SHA-256='),
    authorization: (text) => `hmac ${text}`,
  },
  headers: ['Connection', 'Keep-Alive', 'Accept-Encoding', 'gzip', 'User-Agent', 'okhttp/4.9.3'],
  jsonContentType: 'application/json; charset=utf-8',
  uploadOrder: DATA_LAST,
  sliceOrder: DATA_LAST,
  requestId: () => '20210505',
  filename: ({ path }) => basename(path),
  sliceFilename: (_, number) => String(number),
  dataHeaders: (content) => [...OCTETS(), `Content-Length: ${content.byteLength}`],
  textHeaders: (text) => [`Content-Length: ${Buffer.byteLength(text)}`],
  sliceSize: 15 * MIB,
  firstSlice: 1,
  boundary: '2a0bbf0d-6d5c-4d4e-9d6f-0c1c2a3b4c5d',
}

export const RUST: Profile = {
  signing: PLAIN,
  uploadOrder: DATA_FIRST,
  sliceOrder: DATA_FIRST,
  requestId: randomUUID,
  filename: ({ path }) => basename(path),
  sliceFilename: (_, number) => `slice_${number}.bin`,
  dataHeaders: OCTETS,
  sliceSize: 10 * MIB,
  firstSlice: 1,
}

export const FOUNT: Profile = {
  signing: PLAIN,
  headers: ['user-agent', 'node', 'accept-language', '*', 'sec-fetch-mode', 'cors'],
  uploadOrder: DATA_FIRST,
  sliceOrder: DATA_LAST,
  requestId: () => 'one-per-file',
  filename: () => 'audio.wav',
  sliceFilename: () => 'audio.wav',
  dataHeaders: OCTETS,
  sliceSize: 5 * MIB,
  firstSlice: 1,
  boundary: '----formdata-undici-012345678901',
}

const GO_HEADERS = ['User-Agent', 'Go-http-client/1.1', 'Accept-Encoding', 'gzip']

export const GO_A: Profile = {
  signing: {
    ...PLAIN,
    signedHost: withoutPort,
    digest: emptyDigest('SHA-256='),
    date: () => new Date().toUTCString().replace('GMT', 'UTC'),
  },
  headers: GO_HEADERS,
  uploadOrder: DATA_LAST,
  sliceOrder: DATA_LAST,
  requestId: minuteText,
  initCloudId: '0',
  filename: ({ path }) => basename(path),
  sliceFilename: ({ path }) => basename(path),
  dataHeaders: OCTETS,
  sliceSize: 5 * MIB,
  firstSlice: 1,
  boundary: 'f0e1d2c3b4a5968778695a4b3c2d1e0ff0e1d2c3b4a5968778695a4b3c2d',
}

export const GO_B: Profile = {
  ...GO_A,
  signing: { ...PLAIN, signedHost: (host) => host, digest: emptyDigest('SHA256=SHA-256=') },
  uploadOrder: DATA_FIRST,
  sliceOrder: DATA_FIRST,
}

/** Numbers slices from 0. */
export const FLASK: Profile = {
  signing: {
    ...PLAIN,
    signedHost: withoutPort,
    digest: ({ contentType, bytes }) =>
      `SHA-256=${contentType.startsWith('multipart') ? EMPTY_SHA256 : sha256(bytes)}`,
  },
  headers: PYTHON_HEADERS,
  uploadOrder: DATA_LAST,
  sliceOrder: DATA_LAST,
  requestId: randomUUID,
  filename: ({ path }) => basename(path),
  sliceFilename: ({ path }, number) => `${basename(path)}.part${number}`,
  dataHeaders: OCTETS,
  sliceSize: 10 * MIB,
  firstSlice: 0,
}

/** Part order, names and types of this client are not known. */
export const PHP: Profile = {
  ...RUST,
  signing: {
    ...PLAIN,
    digest: emptyDigest('SHA-256='),
    authorization: (text) => text.replaceAll(', ', ','),
  },
  headers: ['Expect', '100-continue'],
  uploadOrder: DATA_LAST,
  sliceOrder: DATA_LAST,
  requestId: () => `${Date.now()}${process.pid}`,
}

/** Signs the digest of the file's bytes alone. */
export const springWith = (file: LocalFile): Profile => ({
  ...RUST,
  signing: { ...PLAIN, digest: () => `SHA-256=${sha256(file.bytes)}` },
  uploadOrder: DATA_LAST,
  sliceOrder: DATA_LAST,
  textHeaders: (text) => [
    'Content-Type: text/plain;charset=UTF-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ],
})

/** A form's parts in the client's order; fields without a value are left out. */
export function orderedParts(
  order: readonly string[],
  fields: Readonly<Record<string, string | undefined>>,
  data: FormPart,
  textHeaders: (text: string) => readonly string[] = () => [],
): readonly FormPart[] {
  return order.flatMap((name) => {
    if (name === 'data') return [data]
    const content = fields[name]
    return content === undefined ? [] : [{ name, headers: textHeaders(content), content }]
  })
}
