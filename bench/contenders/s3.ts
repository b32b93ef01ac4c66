import { createHash, createHmac } from 'node:crypto'
import type { LoadRequest } from '../load/plan.ts'

/** The root's keys of the S3 servers that the bench starts. */
export const S3_KEYS = { accessKeyId: 'stowage-bench', secretAccessKey: 'secret-of-the-bench' }
export const S3_BUCKET = 'bench'

const REGION = 'us-east-1'
const PAYLOAD = 'UNSIGNED-PAYLOAD'
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The request with AWS's signature, version 4, over its head; the body is not part of it. `query` is sorted and encoded. */
export function s3Signed(port: number, request: LoadRequest, query = ''): LoadRequest {
  const { method, path } = request
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = date.slice(0, 8)
  const signed = { host: `127.0.0.1:${port}`, 'x-amz-content-sha256': PAYLOAD, 'x-amz-date': date }
  const names = Object.keys(signed).join(';')
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`)
  const canonical = [method, path, query, lines.join(''), names, PAYLOAD].join('\n')
  const scope = `${day}/${REGION}/s3/aws4_request`
  const key = [day, REGION, 's3', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${S3_KEYS.secretAccessKey}`,
  )
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${S3_KEYS.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  const target = query === '' ? path : `${path}?${query}`
  return { ...request, path: target, headers: { ...request.headers, ...signed, authorization } }
}

/** A PUT of one object. */
export const s3Put = (port: number, key: string, size: number): LoadRequest =>
  s3Signed(port, { method: 'PUT', path: `/${S3_BUCKET}/${key}`, fill: size })

/** What has to come first. */
export const s3MakeBucket = (port: number): LoadRequest =>
  s3Signed(port, { method: 'PUT', path: `/${S3_BUCKET}` })
