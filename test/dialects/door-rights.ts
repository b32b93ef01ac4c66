import assert from 'node:assert/strict'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { asAccountId } from '../../src/core/ids.ts'
import { signTicket } from '../../src/dialects/resumable/auth/ticket.ts'
import type { MovableClock, TestServer } from '../support/harness.ts'
import { sendWire } from '../support/volcengine.ts'
import { BYTES, putTo, type Refusal, type Row } from './given.ts'
import type { Tenant } from './tenant.ts'

const Bucket = 'given'
const S3: Refusal = [[403], 'application/xml', /<Code>(InvalidAccessKeyId|AccessDenied)<\/Code>/]
const TICKET: Refusal = [[401, 403], 'application/problem+json', /a key that is known here/]
const UPLOAD: Refusal = [[403], 'application/problem+json', /the key that allowed the upload/]
const TUS = { 'tus-resumable': '1.0.0' }
const BODY = { 'content-type': 'application/offset+octet-stream' }

/** What is given by S3 and by resumable uploads. */
export function doorRows(server: () => TestServer, clock: MovableClock): readonly Row[] {
  const makeBucket = ({ id }: Tenant) =>
    server().engine.core.buckets.make({ account: asAccountId(id), name: Bucket, settings: {} })
  const presign = async ({ keys }: Tenant, command: PutObjectCommand | GetObjectCommand): Promise<string> => {
    const credentials = { accessKeyId: keys.access_key, secretAccessKey: keys.secret_key }
    const endpoint = server().ownUrls.get('s3') ?? assert.fail('no listener of S3')
    const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
    const options = { expiresIn: 600, signingDate: new Date(clock.now()) }
    return getSignedUrl(client, command as PutObjectCommand, options).finally(() => client.destroy())
  }
  /** Begins an upload of more bytes than are sent. */
  const begin = ({ keys }: Tenant) => {
    const ticket = signTicket(
      { accessKey: keys.access_key, secretKey: keys.secret_key },
      {
        ...{ bucket: Bucket, target: { prefix: 'in/' }, sizeMax: null, types: null },
        endsAt: clock.now() + 600_000,
      },
    )
    const headers = { ...TUS, 'upload-ticket': ticket, 'upload-length': '1000' }
    return () => sendWire(`${server().url}/uploads`, { method: 'POST', headers })
  }
  return [
    {
      gives: 'a presigned upload of S3',
      ...{ hangsOn: ['account', 'key'], refusal: S3 },
      make: async (tenant) => {
        await makeBucket(tenant)
        const url = await presign(tenant, new PutObjectCommand({ Bucket, Key: 'a.txt' }))
        return { use: () => putTo(url, {}) }
      },
    },
    {
      gives: 'a presigned link of S3',
      ...{ hangsOn: ['account', 'key'], refusal: S3 },
      make: async (tenant) => {
        await makeBucket(tenant)
        const sent = await putTo(await presign(tenant, new PutObjectCommand({ Bucket, Key: 'a.txt' })), {})
        assert.equal(sent.status, 200, sent.bytes.toString())
        const url = await presign(tenant, new GetObjectCommand({ Bucket, Key: 'a.txt' }))
        return { use: () => sendWire(url, { method: 'GET' }) }
      },
    },
    {
      gives: 'an upload ticket',
      ...{ hangsOn: ['account', 'key'], refusal: TICKET },
      make: async (tenant) => {
        await makeBucket(tenant)
        return { use: begin(tenant) }
      },
    },
    {
      gives: 'the URL of an upload by a ticket',
      ...{ hangsOn: ['account', 'key'], refusal: UPLOAD },
      make: async (tenant) => {
        await makeBucket(tenant)
        const begun = await begin(tenant)()
        assert.equal(begun.status, 201, begun.bytes.toString())
        const { pathname } = new URL(String(begun.headers.location))
        const headers = {
          ...{ ...TUS, ...BODY, 'upload-offset': '0' },
          'content-length': String(BYTES.byteLength),
        }
        const use = () => sendWire(`${server().url}${pathname}`, { method: 'PATCH', headers, body: BYTES })
        return { use }
      },
    },
  ]
}
