import { crc32 } from '../../core/bytes/crc32.ts'
import { combineCrc32, combineCrc32c, hex32 } from '../../core/bytes/crc32c.ts'
import { CRC64_NVME } from '../../core/bytes/crc64.ts'
import { digestOf } from '../../core/bytes/digests.ts'
import { CoreError } from '../../core/errors.ts'
import type { SegmentFacts } from '../../core/model/bytes.ts'
import type { JsonObject } from '../../core/model/json.ts'
import type { Part } from '../../core/model/uploads.ts'
import type { Exchange } from '../../http/types.ts'
import type { CompletingUpload } from '../contents.ts'
import { type ChecksumPlan, planOf, readType } from './checksum-plan.ts'
import {
  base64,
  CHECKSUM,
  checksumOf,
  DEFAULT_ALGORITHM,
  digestsFor,
  invalid,
  invalidHeader,
  isValue,
  requireChecksum,
  sentChecksum,
} from './checksums.ts'
import { requireListed } from './listed-checksums.ts'

/**
 * Compares what a complete says of checksums and sizes with the parts that are there, and sums the whole up. Returns what is kept of it beside
 * the bytes. Throws S3Error, and CoreError `part-mismatch` for parts that are not there.
 */
export function settleComplete(exchange: Exchange, { kept, listed, parts }: CompletingUpload): JsonObject {
  const { headers } = exchange.request
  const plan = planOf(kept)
  const type = readType(headers[`${CHECKSUM}type`])
  if (plan !== null && type !== null && type !== plan.type)
    throw invalid(
      `The upload was created using the ${plan.type} checksum mode. The complete request must use the same checksum mode.`,
    )
  const sent = sentChecksum(headers)
  if (sent !== null && plan !== null) requireForm(sent, plan)
  const byNumber = new Map(parts.map((part) => [part.number, part]))
  const chosen = listed.map((each) => {
    const part = byNumber.get(each.number)
    if (part === undefined || part.facts.digests.md5 !== each.etag)
      throw new CoreError('part-mismatch', 'a listed part is not there', { number: each.number })
    requireListed(each, part, plan)
    return part
  })
  requireSize(headers['x-amz-mp-object-size'], chosen)
  const whole = wholeOf(plan ?? { algorithm: DEFAULT_ALGORITHM, type: 'FULL_OBJECT' }, chosen)
  // Who began the upload without one is not held to another.
  if (sent !== null && plan !== null) requireWhole(sent, whole)
  return whole === null ? {} : { checksum: { ...whole } }
}

interface Whole extends ChecksumPlan {
  readonly value: string
}

function requireForm(
  { algorithm, value }: { readonly algorithm: string; readonly value: string },
  plan: ChecksumPlan,
) {
  const [, sum = '', count] = /^(.*?)(?:-(\d+))?$/.exec(value) ?? []
  if (!isValue(algorithm, sum) || (count !== undefined && plan.type === 'FULL_OBJECT'))
    throw invalidHeader(CHECKSUM + algorithm)
}

function requireWhole(
  sent: { readonly algorithm: string; readonly value: string },
  whole: Whole | null,
): void {
  if (whole === null) return
  const isCounted = /-\d+$/.test(sent.value)
  const own = isCounted ? whole.value : whole.value.replace(/-\d+$/, '')
  requireChecksum(sent.algorithm, sent.algorithm === whole.algorithm ? own : null, sent.value)
}

function requireSize(header: string | readonly string[] | undefined, parts: readonly Part[]): void {
  if (header === undefined) return
  const text = String(header)
  if (!/^-?\d{1,15}$/.test(text)) throw invalid(`Value for x-amz-mp-object-size header is invalid: '${text}'`)
  if (Number(text) < 0) throw invalid(`Value for x-amz-mp-object-size header is less than zero: '${text}'`)
  const size = parts.reduce((sum, { facts }) => sum + facts.size, 0)
  if (size !== Number(text))
    throw invalid(
      `The provided 'x-amz-mp-object-size' header value ${size} does not match what was computed: ${text}`,
    )
}

/** Null where a part has not what it is made of. */
function wholeOf(plan: ChecksumPlan, parts: readonly Part[]): Whole | null {
  const value =
    plan.type === 'FULL_OBJECT' ? fullOf(plan.algorithm, parts) : compositeOf(plan.algorithm, parts)
  return value === null ? null : { ...plan, value }
}

function fullOf(algorithm: string, parts: readonly Part[]): string | null {
  const facts = parts.map((part) => part.facts)
  switch (algorithm) {
    case 'crc32':
      return base64(joined(facts, (part) => hex32(part.crc32), combineCrc32) ?? '')
    case 'crc32c':
      return orNull(joined(facts, ({ digests }) => digests.crc32c, combineCrc32c))
    case 'crc64nvme':
      return orNull(nvmeOf(facts))
    default:
      return null
  }
}

const orNull = (hex: string | null): string | null => (hex === null ? null : base64(hex))

function joined(
  parts: readonly SegmentFacts[],
  crcOf: (part: SegmentFacts) => string | undefined,
  combine: (a: string, b: string, size: number) => string,
): string | null {
  let whole = '00000000'
  for (const part of parts) {
    const crc = crcOf(part)
    if (crc === undefined) return null
    whole = combine(whole, crc, part.size)
  }
  return whole
}

function nvmeOf(parts: readonly SegmentFacts[]): string | null {
  const pieces = parts.flatMap(({ size, digests: { crc64nvme } }) =>
    crc64nvme === undefined ? [] : [{ crc: crc64nvme, size }],
  )
  if (pieces.length < parts.length) return null
  return BigInt(CRC64_NVME.join(pieces)).toString(16).padStart(16, '0')
}

function compositeOf(algorithm: string, parts: readonly Part[]): string | null {
  const sums = parts.map(({ facts }) => checksumOf(algorithm, facts))
  const bytes = sums.flatMap((sum) => (sum === null ? [] : [Buffer.from(sum, 'base64')]))
  if (bytes.length < parts.length) return null
  return `${base64(hexOf(algorithm, Buffer.concat(bytes)))}-${parts.length}`
}

const hexOf = (algorithm: string, bytes: Uint8Array): string =>
  algorithm === 'crc32' ? hex32(crc32(bytes)) : digestOf(digestsFor(algorithm)[0] ?? 'md5', bytes)
