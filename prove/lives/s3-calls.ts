import { canonicalQuery, compactUtc, deriveKey, hmacSha256, sha256Hex } from '../../src/http/canonical.ts'
import { ACCOUNT } from '../../test/support/harness.ts'
import type { Thing } from '../ledger.ts'
import type { Call, Reply } from '../wire.ts'
import { type Question, type Reading, TryAgain, type World } from '../world.ts'
import { rangeHeader } from './iflytek.ts'

/** A bucket that the clients have made, which all lives use. */
export const BUCKET = 'proofs'
const [REGION, LINK_S] = ['us-east-1', 86_400]

interface Asked {
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

/** A call by a link of signature version 4, with all its headers signed, at the listener for S3. */
export function s3Call({ nodes }: World, method: string, asked: Asked): Call {
  const { key, query = {}, headers = {}, body } = asked
  const path = key === undefined ? `/${BUCKET}` : `/${BUCKET}/${key}`
  const signed: Readonly<Record<string, string>> = { ...headers, host: new URL(nodes.publicUrl).host }
  const names = Object.keys(signed).sort()
  const now = compactUtc(Date.now())
  const scope = [now.slice(0, 8), REGION, 's3', 'aws4_request']
  const pairs = Object.entries({
    ...{ ...query, 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256' },
    ...{ 'X-Amz-Credential': [ACCOUNT.access_key, ...scope].join('/'), 'X-Amz-Date': now },
    ...{ 'X-Amz-Expires': String(LINK_S), 'X-Amz-SignedHeaders': names.join(';') },
  })
  const lines = names.map((name) => `${name}:${signed[name]}`)
  const request = [method, path, canonicalQuery(pairs), ...lines, '', names.join(';'), 'UNSIGNED-PAYLOAD']
  const text = ['AWS4-HMAC-SHA256', now, scope.join('/'), sha256Hex(request.join('\n'))].join('\n')
  const signature = hmacSha256(deriveKey(`AWS4${ACCOUNT.secret_key}`, scope), text).toString('hex')
  const target = `${path}?${canonicalQuery(pairs)}&X-Amz-Signature=${signature}`
  return { method, target, headers, listener: nodes.s3At, ...(body === undefined ? {} : { body }) }
}

function question<T>(
  world: World,
  what: string,
  method: string,
  asked: Asked,
  read: Reading<T>,
): Question<T> {
  return { what: `s3 ${what}`, call: () => s3Call(world, method, asked), read }
}

const answered =
  (...statuses: readonly number[]): Reading<'done'> =>
  ({ status }) =>
    statuses.includes(status) ? 'done' : undefined

/** Makes the bucket, unless it is there. */
export const bucket = (world: World): Question<'done'> =>
  question(world, 'CreateBucket', 'PUT', {}, answered(200, 409))

const etag: Reading<string> = ({ status, headers }) => (status === 200 ? String(headers.etag) : undefined)

export const put = (world: World, key: string, body: Uint8Array): Question<string> =>
  question(world, 'PutObject', 'PUT', { key, body }, etag)

export const reader =
  (world: World, key: string): Thing['fetch'] =>
  async (send, range) => {
    const { headers = {}, ...call } = s3Call(world, 'GET', { key })
    const more = range === null ? {} : rangeHeader(range)
    const reply = await send({ ...call, headers: { ...headers, ...more } })
    return reply.status === 404 ? null : reply
  }

export const removal = (world: World, key: string): Question<'done'> =>
  question(world, 'DeleteObject', 'DELETE', { key }, answered(204))

/** Whoever asks for it gets the ETag of the copy. */
export const copy = (world: World, from: string, key: string): Question<string> =>
  question(
    world,
    'CopyObject',
    'PUT',
    { key, headers: { 'x-amz-copy-source': `/${BUCKET}/${from}` } },
    told('ETag'),
  )

export const beginParts = (world: World, key: string): Question<string> =>
  question(world, 'CreateMultipartUpload', 'POST', { key, query: { uploads: '' } }, told('UploadId'))

/** A part's number and the upload that it belongs to. */
export interface PartOf {
  readonly key: string
  readonly uploadId: string
  readonly number: number
}

const partQuery = ({ uploadId, number }: PartOf) => ({ partNumber: String(number), uploadId })

export const part = (world: World, of: PartOf, body: Uint8Array): Question<string> =>
  question(world, 'UploadPart', 'PUT', { key: of.key, query: partQuery(of), body }, etag)

/** A part with the bytes of an object. */
export const copiedPart = (world: World, of: PartOf, from: string): Question<string> =>
  question(
    world,
    'UploadPartCopy',
    'PUT',
    { key: of.key, query: partQuery(of), headers: { 'x-amz-copy-source': `/${BUCKET}/${from}` } },
    told('ETag'),
  )

/** Answers the ETag of the whole, whenever it is repeated. */
export function complete(
  world: World,
  { key, uploadId }: Omit<PartOf, 'number'>,
  etags: readonly string[],
): Question<string> {
  const list = etags.map((tag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${tag}</ETag></Part>`)
  const body = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`
  return question(world, 'CompleteMultipartUpload', 'POST', { key, query: { uploadId }, body }, told('ETag'))
}

export const abort = (world: World, { key, uploadId }: Omit<PartOf, 'number'>): Question<'done'> =>
  question(world, 'AbortMultipartUpload', 'DELETE', { key, query: { uploadId } }, ({ status }, isRepeated) =>
    status === 204 || (isRepeated && status === 404) ? 'done' : undefined,
  )

export const listParts = (world: World, key: string, uploadId: string): Call =>
  s3Call(world, 'GET', { key, query: { uploadId } })

/** By number: the MD5s that a list of parts tells. */
export function partsIn({ bytes }: Reply): ReadonlyMap<number, string> {
  const parts = bytes.toString().split('<Part>').slice(1)
  return new Map(
    parts.map((text) => [Number(xmlText('PartNumber', text)), xmlText('ETag', text).replaceAll('"', '')]),
  )
}

/** Codes that an answer may have behind a status of success, which was sent while the work went on. */
const AGAIN = ['InternalError', 'ServiceUnavailable', 'SlowDown', 'OperationAborted']

function told(name: string): Reading<string> {
  return ({ status, bytes }) => {
    const text = bytes.toString()
    if (AGAIN.includes(xmlText('Code', text))) throw new TryAgain()
    const value = xmlText(name, text)
    return status === 200 && value !== '' ? value : undefined
  }
}

const xmlText = (name: string, text: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]?.replaceAll('&quot;', '"') ?? ''
