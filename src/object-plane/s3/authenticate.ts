import { valuesOfAnyCase } from '../../http/pairs.ts'
import { PlaneError } from '../errors.ts'
import type { PlaneRequest, PlaneSigner } from '../types.ts'
import { readV4Claim, type VerifyV4Options, verifyV4 } from '../v4.ts'
import { S3Error } from './codes.ts'
import { explained } from './signature-errors.ts'

/** Whether nothing in a request is of a signature. */
export const isAnonymous = ({ headers, query }: PlaneRequest): boolean =>
  headers.authorization === undefined &&
  !query.some(([name]) => /^(x-amz-(algorithm|credential|signature)|signature)$/i.test(name))

/** Version 4 alone. Throws PlaneError, S3Error. */
export function authenticate(request: PlaneRequest, options: VerifyV4Options): PlaneSigner {
  try {
    return signerOf(request, options)
  } catch (error) {
    throw explained(error, request)
  }
}

const TOKEN = 'x-amz-security-token'

function signerOf(request: PlaneRequest, options: VerifyV4Options): PlaneSigner {
  const { query, headers } = request
  const claim = readV4Claim(query, headers, options.now)
  // Keys of accounts have none, and there are no others here.
  if (claim !== null && (headers[TOKEN] !== undefined || valuesOfAnyCase(query, TOKEN).length > 0))
    throw new S3Error('InvalidToken')
  if (claim !== null) return ofOwner(headers, verifyV4(request, claim, { ...options, takesChunks: 'all' }))
  const isOther = headers.authorization !== undefined || valuesOfAnyCase(query, 'signature').length > 0
  throw new PlaneError(isOther ? 'algorithm-unsupported' : 'access-denied', 'not signed by version 4')
}

const OWNERS = ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']

/** All buckets that a signer can name are of its account. Throws PlaneError `access-denied` where the client expects another owner. */
function ofOwner(headers: PlaneRequest['headers'], signer: PlaneSigner): PlaneSigner {
  for (const name of OWNERS) {
    const expected = headers[name]
    if (expected !== undefined && expected !== signer.account)
      throw new PlaneError('access-denied', 'the bucket is of another owner than was expected')
  }
  return signer
}
