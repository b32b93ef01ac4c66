import type { Clock, TimeMs } from '../../core/clock.ts'
import type { Digests } from '../../core/model/bytes.ts'
import { type Random, randomHex } from '../../core/random.ts'
import { valuesOfAnyCase } from '../../http/pairs.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../http/types.ts'
import { copyRange, readsNoDetails } from '../copy-headers.ts'
import { decodePath, readablePath } from '../decode-path.ts'
import { requireKey } from '../object-key.ts'
import type { PlaneFlavour } from '../types.ts'
import { element } from '../xml.ts'
import { isSigned } from './claims.ts'
import type { FindCosIssuer, IsHeld } from './credentials.ts'
import { cosError } from './errors.ts'
import { cosForm } from './form.ts'
import { readTrafficLimit, TRAFFIC_LIMIT } from './traffic-limit.ts'
import { verify } from './verify.ts'
import { xmlDocument } from './xml.ts'

export interface CosFlavourOptions {
  readonly clock: Clock
  readonly random: Random
  /** Hosts, with their ports, that signatures may name besides the Host header: those of the public URL. */
  readonly hosts: readonly string[]
  /** Whether paths with a percent sign in them, once they are decoded, lead to something. Default true. */
  readonly mayHavePercent?: boolean
  /** Whose secrets temporary credentials are made from. */
  readonly findIssuer: FindCosIssuer
  /** Of credentials that name a holder: whether they have not ended with it. */
  readonly isHeld: IsHeld
}

/** The longest object key, bytes of UTF-8 (Tencent document 436/13324). */
const KEY_SIZE_MAX = 850

/** Answers that depend on more than an object's bytes: lists, versions, processing and the like. */
const UNSUPPORTED_QUERIES = [
  ...['acl', 'append', 'ci-process', 'cors', 'delete', 'imageinfo', 'lifecycle', 'object-lock', 'policy'],
  ...['position', 'rename', 'restore', 'retention', 'symlink', 'tagging', 'torrent', 'uploads'],
  ...['versionid', 'versions'],
]

const UNSUPPORTED_HEADERS = [
  ...['if-match', 'if-none-match', 'pic-operations', 'x-cos-callback', 'x-cos-copy-source'],
  ...['x-cos-forbid-overwrite', 'x-cos-server-side-encryption'],
  ...['x-cos-server-side-encryption-customer-algorithm', 'x-cos-symlink-target'],
]

/** Tencent COS. Headers of answers: document 436/7729; errors: document 436/7730. */
export function createCosFlavour({
  clock,
  random,
  hosts,
  findIssuer,
  isHeld,
  mayHavePercent = true,
}: CosFlavourOptions): PlaneFlavour {
  const commonHeaders = ({ requestId }: Exchange): ReplyHeaders => ({
    server: 'tencent-cos',
    'x-cos-request-id': requestId,
  })
  return {
    name: 'cos',
    digests: ['md5', 'crc64'],
    unsupportedQueries: UNSUPPORTED_QUERIES,
    unsupportedHeaders: UNSUPPORTED_HEADERS,
    exposedHeaders: ['x-cos-request-id', 'x-cos-hash-crc64ecma', 'x-cos-trace-id', 'Location'],
    newRequestId: (now) => newRequestId(random, now),
    authenticate: (request, findKey) =>
      verify(request, { findKey, findIssuer, isHeld, hosts, mayHavePercent, now: clock.now() }),
    isSigned,
    bucketHeaders: () => ({}),
    checkKey: (key) => requireKey(key, KEY_SIZE_MAX),
    commonHeaders,
    digestHeaders,
    trafficLimit: ({ request, query }) =>
      readTrafficLimit([
        ...valuesOfAnyCase(query, TRAFFIC_LIMIT),
        ...[request.headers[TRAFFIC_LIMIT] ?? []].flat(),
      ]),
    listing: { hasSecondForm: false },
    answerXml: (exchange, root, fields, status = 200) => ({
      ...{ status, body: xmlDocument(root, [fields]) },
      headers: { ...commonHeaders(exchange), 'content-type': 'application/xml' },
    }),
    copying: {
      prefixes: ['x-cos-'],
      sourceAt: copySource,
      readsDetails: readsNoDetails('x-cos-'),
      rangeOf: copyRange('x-cos-copy-source-range'),
    },
    errorCodeOf: cosError,
    form: cosForm({ clock, findIssuer, isHeld, commonHeaders, digestHeaders }),
    renderError: (error, exchange) => renderError(error, exchange, random, commonHeaders(exchange)),
  }
}

/** `<bucket>.cos.<region>.myqcloud.com/<key>`, or another host and a key (Tencent document 436/10881). The key is percent-encoded. */
function copySource(text: string): { readonly bucket: string | null; readonly path: string } | null {
  const [, host = '', key = ''] = /^(?:https?:\/\/)?([^/]+)\/(.+)$/s.exec(text) ?? []
  const bucket = /^([^.]+-\d+)\.cos[.-]/.exec(host)?.[1] ?? null
  return key === '' ? null : { bucket, path: decodePath(`/${key}`) }
}

function digestHeaders({ crc64 }: Digests): ReplyHeaders {
  return crc64 === undefined ? {} : { 'x-cos-hash-crc64ecma': crc64 }
}

function renderError(error: unknown, exchange: Exchange, random: Random, common: ReplyHeaders): Reply {
  const { status, code, message } = cosError(error)
  const traceId = Buffer.from(random.bytes(24)).toString('base64')
  // As the vendor's samples have it, the resource is host and path.
  const fields = [
    element('Code', code),
    element('Message', message),
    element('Resource', exchange.host + readablePath(exchange.rawPath)),
    element('RequestId', exchange.requestId),
    element('TraceId', traceId),
  ]
  return {
    status,
    headers: { ...common, 'content-type': 'application/xml', 'x-cos-trace-id': traceId },
    body: xmlDocument('Error', fields),
  }
}

/** Base64 of `<seconds>_<random>_<random>` in hex, as the vendor's samples decode. */
function newRequestId(random: Random, now: TimeMs): string {
  const seconds = Math.floor(now / 1000).toString(16)
  return Buffer.from(
    `${seconds}_${randomHex(random, 6)}_${randomHex(random, 4)}_${randomHex(random, 2)}`,
  ).toString('base64')
}
