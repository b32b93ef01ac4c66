import type { Clock } from '../../core/clock.ts'
import type { Digests } from '../../core/model/bytes.ts'
import { type Random, randomHex } from '../../core/random.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../http/types.ts'
import { copyRange, readsNoDetails } from '../copy-headers.ts'
import { decodePath, readablePath } from '../decode-path.ts'
import { PlaneError } from '../errors.ts'
import { requireKey } from '../object-key.ts'
import type { PlaneFlavour } from '../types.ts'
import { isSigned } from './claims.ts'
import { tosJson } from './documents.ts'
import { tosError } from './errors.ts'
import { verify } from './verify.ts'

export interface TosFlavourOptions {
  readonly clock: Clock
  readonly random: Random
  /** Hosts, with their ports, that signatures may name besides the Host header: those of the public URL. */
  readonly hosts: readonly string[]
}

/** The longest object key, bytes of UTF-8. */
const KEY_SIZE_MAX = 696

/** Answers that depend on more than an object's bytes: lists, versions, parts, processing and the like. */
const UNSUPPORTED_QUERIES = [
  ...['acl', 'append', 'delete', 'fetch', 'fetchtask', 'legalhold', 'list-type', 'meta', 'modify', 'offset'],
  ...['partnumber', 'policy', 'rename', 'restore', 'retention', 'settime', 'symlink', 'tagging', 'truncate'],
  ...['uploadid', 'uploads', 'versionid', 'versions', 'x-tos-process', 'x-tos-save-object'],
]

const UNSUPPORTED_HEADERS = [
  ...['if-match', 'if-none-match', 'x-tos-if-match', 'x-tos-forbid-overwrite', 'x-tos-copy-source'],
  ...['x-tos-server-side-encryption', 'x-tos-server-side-encryption-customer-algorithm'],
  ...['x-tos-trailer', 'x-tos-callback', 'x-tos-object-expires', 'x-tos-symlink-target'],
]

/** Volcengine TOS. Headers of answers: document 6349/75044; errors: document 6349/74874. */
export function createTosFlavour({ clock, random, hosts }: TosFlavourOptions): PlaneFlavour {
  const hostId = randomHex(random, 8)
  const commonHeaders = (exchange: Exchange): ReplyHeaders => ({
    server: 'TosServer',
    'x-tos-request-id': exchange.requestId,
    'x-tos-id-2': hostId,
    'x-tos-server-time': Math.max(0, clock.now() - exchange.receivedAt),
  })
  return {
    name: 'tos',
    digests: ['md5', 'crc64'],
    unsupportedQueries: UNSUPPORTED_QUERIES,
    unsupportedHeaders: UNSUPPORTED_HEADERS,
    exposedHeaders: [
      'x-tos-request-id',
      'x-tos-id-2',
      'x-tos-server-time',
      'x-tos-hash-crc64ecma',
      'x-tos-ec',
    ],
    newRequestId: () => randomHex(random, 16),
    authenticate: (request, findKey) => verify(request, { findKey, hosts, now: clock.now() }),
    isSigned,
    checkKey,
    commonHeaders,
    bucketHeaders: () => ({}),
    digestHeaders,
    json: tosJson(commonHeaders),
    copying: {
      prefixes: ['x-tos-'],
      sourceAt: copySource,
      readsDetails: readsNoDetails('x-tos-'),
      rangeOf: copyRange('x-tos-copy-source-range'),
    },
    errorCodeOf: tosError,
    renderError: (error, exchange) => renderError(error, exchange, hostId, commonHeaders(exchange)),
  }
}

/** `/bucket/key`, encoded as in a query: the vendor's Go SDK writes blanks as plus signs. */
function copySource(text: string): { readonly bucket: null; readonly path: string } | null {
  const path = decodePath(text.replaceAll('+', ' ').replace(/^\/?/, '/'))
  return /^\/[^/]+\/./s.test(path) ? { bucket: null, path } : null
}

/** As every key, and no backslash first: so the vendor's Go SDK. */
function checkKey(key: string): void {
  requireKey(key, KEY_SIZE_MAX)
  if (key.startsWith('\\')) throw new PlaneError('key-invalid', 'the object key is not valid')
}

function digestHeaders({ crc64 }: Digests): ReplyHeaders {
  return crc64 === undefined ? {} : { 'x-tos-hash-crc64ecma': crc64 }
}

function renderError(error: unknown, exchange: Exchange, hostId: string, common: ReplyHeaders): Reply {
  const { status, code, message, ec } = tosError(error)
  const ids = { RequestId: exchange.requestId, HostId: hostId, Resource: readablePath(exchange.rawPath) }
  return {
    status,
    headers: {
      ...common,
      'content-type': 'application/json',
      ...(ec === undefined ? {} : { 'x-tos-ec': ec }),
    },
    body: JSON.stringify({ Code: code, Message: message, ...ids, ...(ec === undefined ? {} : { EC: ec }) }),
  }
}
