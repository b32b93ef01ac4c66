import { CoreError } from '../../core/errors.ts'
import type { Part } from '../../core/model/uploads.ts'
import type { PlaneListedPart } from '../types.ts'
import type { ChecksumPlan } from './checksum-plan.ts'
import { checksumOf, invalid, isAlgorithm, isValue } from './checksums.ts'
import { invalidArgument, S3Error } from './codes.ts'

/** Throws S3Error, and CoreError `part-mismatch`, unless what a complete says of a part's checksum is that of the part. */
export function requireListed(listed: PlaneListedPart, part: Part, plan: ChecksumPlan | null): void {
  const sums = Object.entries(listed.checksums ?? {}).map(
    ([name, value]) => [name.replace(/^Checksum/, ''), value] as const,
  )
  const [first, ...others] = sums
  if (first === undefined) {
    requireNone(listed, plan)
    return
  }
  const [name, value] = first
  const algorithm = name.toLowerCase()
  if (others.length > 0) throw invalidPart(sums.map(([each, text]) => `${each}:${text};`).join(''))
  if (!isAlgorithm(algorithm) || !isValue(algorithm, value)) throw invalidPart(value)
  if (plan !== null && algorithm !== plan.algorithm)
    throw new S3Error(
      'BadDigest',
      `The ${algorithm} you specified for part ${listed.number} did not match what we received.`,
    )
  const own = checksumOf(algorithm, part.facts)
  if (own !== null && own !== value)
    throw new CoreError('part-mismatch', 'a listed part has another checksum', { number: listed.number })
}

function requireNone({ number }: PlaneListedPart, plan: ChecksumPlan | null): void {
  if (plan?.type !== 'COMPOSITE') return
  throw invalid(
    `The upload was created using a ${plan.algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
  )
}

const invalidPart = (value: string): S3Error =>
  invalidArgument('Invalid Base64 or multiple checksums present in request', 'Checksum', value)
