import { createHash, createHmac } from 'node:crypto'
import { ACCOUNT } from '../../test/support/harness.ts'
import { hostileAddress } from '../addresses.ts'
import { Impossible, type Target } from '../attack.ts'
import { WireClient } from '../wire.ts'

export interface S3Call {
  readonly method: string
  /** Percent-encoded. */
  readonly path: string
  /** In the order of its names, encoded; as the signature has it. */
  readonly rawQuery?: string
  readonly host: string
  /** As `x-amz-content-sha256` says it. */
  readonly payload?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly keys?: { readonly access_key: string; readonly secret_key: string }
}

export interface SignedS3 {
  readonly headers: Readonly<Record<string, string>>
  /** The signature of the chunk that follows one of this signature. */
  chunkSignature(before: string, bytes: Uint8Array): string
  readonly seed: string
}

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** Signature Version 4 in the headers, written down from the vendor's page. */
export function signS3({ method, path, rawQuery = '', host, headers = {}, ...more }: S3Call): SignedS3 {
  const { payload = 'UNSIGNED-PAYLOAD', keys = ACCOUNT } = more
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = [date.slice(0, 8), 'us-east-1', 's3', 'aws4_request']
  const sent = { ...headers, host, 'x-amz-content-sha256': payload, 'x-amz-date': date }
  const values = new Map(Object.entries(sent))
  const names = [...values.keys()].toSorted()
  const lines = names.map((name) => `${name}:${values.get(name)}`)
  const request = [method, path, rawQuery, ...lines, '', names.join(';'), payload].join('\n')
  const key = scope.reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${keys.secret_key}`)
  const sign = (kind: string, ...rest: readonly string[]): string =>
    hmac(Buffer.from(key), [kind, date, scope.join('/'), ...rest].join('\n')).toString('hex')
  const seed = sign('AWS4-HMAC-SHA256', sha256(request))
  const credential = `${keys.access_key}/${scope.join('/')}`
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${seed}`
  return {
    headers: { ...sent, authorization },
    seed,
    chunkSignature: (before, bytes) => sign('AWS4-HMAC-SHA256-PAYLOAD', before, sha256(''), sha256(bytes)),
  }
}

/** Where S3 is spoken, as raw connections need it. Throws Impossible where it is not. */
export function s3Place({ s3Url }: Pick<Target, 's3Url'>) {
  if (s3Url === '') throw new Impossible('the server speaks no S3')
  const { hostname, port, host: name } = new URL(s3Url)
  return { url: s3Url, host: hostname, port: Number(port), name }
}

/** Makes a bucket of the tenant. */
export async function makeBucket(target: Pick<Target, 's3Url'>, bucket: string): Promise<void> {
  const { url, name } = s3Place(target)
  const client = new WireClient(url, hostileAddress(0))
  const { headers } = signS3({ method: 'PUT', path: `/${bucket}`, host: name })
  await client.expect(200, `/${bucket}`, { method: 'PUT', headers })
  client.close()
}

/** The keys in a bucket. */
export async function keysIn(target: Pick<Target, 's3Url'>, bucket: string): Promise<readonly string[]> {
  const { url, name } = s3Place(target)
  const client = new WireClient(url, hostileAddress(0))
  const { headers } = signS3({ method: 'GET', path: `/${bucket}`, host: name })
  const { text } = await client.expect(200, `/${bucket}`, { headers })
  client.close()
  return [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key)
}
