import { type Attack, atMost, none, type Target } from '../attack.ts'
import { mostReadMb } from '../hostile/log.ts'
import { keysIn, makeBucket, s3Place, signS3 } from '../hostile/s3.ts'
import { everybody, headOf, type Outcome, sendRaw, zeros } from '../hostile/sockets.ts'

const MIB = 1024 ** 2
const BODY_SIZE = 12 * MIB
const BUCKET = 'attacked'
/** Of a refused body: what is skipped, and chunks that were on their way. */
const SKIPPED_MAX_MB = 1.5
const CHUNK_SIZE = 65_536

const isS3 = ({ dialect = '' }: { readonly dialect?: string }): boolean => /(^|\/)s3$/.test(dialect)

async function tell(target: Target, outcomes: readonly Outcome[]) {
  const refused = ({ status = 0, ...line }) => isS3(line) && status >= 400
  return [
    none('requests that were let in', outcomes.filter(({ status }) => status > 0 && status < 400).length),
    none('errors of the server', outcomes.filter(({ status }) => status >= 500 && status !== 503).length),
    atMost('read of one body', await mostReadMb(target, refused), SKIPPED_MAX_MB, 'MB'),
    none('objects that were made', (await keysIn(target, BUCKET)).length),
  ]
}

/** Everything of S3 that takes a body. */
const CALLS: readonly (readonly [method: string, path: string, type?: string])[] = [
  ['PUT', `/${BUCKET}/a`],
  ['POST', `/${BUCKET}`, 'multipart/form-data; boundary=attack'],
  ['POST', `/${BUCKET}?delete`],
  ['POST', `/${BUCKET}/a?uploads`],
  ['PUT', `/${BUCKET}/a?partNumber=1&uploadId=${'A'.repeat(32)}`],
  ['POST', `/${BUCKET}/a?uploadId=${'A'.repeat(32)}`],
  ['PUT', `/${BUCKET}?tagging`],
  ['PUT', `/${BUCKET}?cors`],
  ['PUT', '/another'],
]

const withoutCredentials: Attack = {
  name: 's3-bodies-without-credentials',
  group: 'doors',
  shows: '12 MiB bodies for every call of S3 that takes one, forms among them, by nobody',
  limit: 'none is let in; at most 1.5 MB of a refused body are read or skipped',
  beside: true,
  run: async (target) => {
    await makeBucket(target, BUCKET)
    const place = s3Place(target)
    const outcomes = await everybody(target, (index) => {
      const [method, path, type = 'application/xml'] = CALLS[index % CALLS.length] ?? ['PUT', '/']
      const head = headOf(method, path, {
        ...{ Host: place.name, 'Content-Type': type, 'Content-Length': BODY_SIZE },
      })
      return sendRaw(place, index, { head, body: zeros(BODY_SIZE) })
    })
    return tell(target, outcomes)
  },
}

const STREAMED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'

/** What stands before a chunk, and the chunks behind it. */
type Framing = (signatureOf: (bytes: Uint8Array) => string) => Iterable<Uint8Array>

const ZEROS = Buffer.alloc(CHUNK_SIZE, '0')
const line = (text: string): Buffer => Buffer.from(`${text}\r\n`, 'latin1')

/** The first chunk is right, and all that follow have its signature again. */
function* forged(signatureOf: (bytes: Uint8Array) => string): Generator<Uint8Array> {
  const signature = signatureOf(ZEROS)
  for (let sent = 0; sent < BODY_SIZE; sent += CHUNK_SIZE) {
    yield line(`${CHUNK_SIZE.toString(16)};chunk-signature=${signature}`)
    yield ZEROS
    yield line('')
  }
}

const behind = (first: string): Framing =>
  function* () {
    yield Buffer.from(first, 'latin1')
    yield* zeros(BODY_SIZE)
  }

const LIES: readonly Framing[] = [
  forged,
  behind(`${'f'.repeat(15)};chunk-signature=${'0'.repeat(64)}\r\n`),
  behind('0;'),
  behind(`-1;chunk-signature=${'0'.repeat(64)}\r\n`),
  behind('\r\n\r\n'),
  behind(`0;chunk-signature=${'0'.repeat(64)}\r\nx-amz-a:`),
]

const forgedChunks: Attack = {
  name: 's3-forged-chunks',
  group: 'doors',
  shows:
    'uploads in chunks by a tenant: signatures that are those of other chunks, sizes that lie, lines without an end',
  limit: 'none becomes an object; 400 MB of memory',
  beside: true,
  run: async (target) => {
    await makeBucket(target, BUCKET)
    const place = s3Place(target)
    const outcomes = await everybody(target, (index) => {
      const path = `/${BUCKET}/chunks-${index}`
      const more = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': String(BODY_SIZE) }
      const signed = signS3({ method: 'PUT', path, host: place.name, payload: STREAMED, headers: more })
      const head = headOf('PUT', path, { ...signed.headers, 'Content-Length': 2 * BODY_SIZE })
      const framing = LIES[index % LIES.length] ?? forged
      const body = framing((bytes) => signed.chunkSignature(signed.seed, bytes))
      return sendRaw(place, index, { head, body })
    })
    const [letIn, errors, , made] = await tell(target, outcomes)
    return [letIn, errors, made].filter((figure) => figure !== undefined)
  },
}

export const S3: readonly Attack[] = [withoutCredentials, forgedChunks]
