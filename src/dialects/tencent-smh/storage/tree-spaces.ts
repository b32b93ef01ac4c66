import type { Accounts } from '../../../core/accounts.ts'
import type { Bucket } from '../../../core/model/buckets.ts'
import type { VolumeAddress } from '../../../core/model/trees.ts'
import { BucketRefusal } from '../../buckets.ts'
import { libraryCredential } from '../credentials.ts'
import { asSmhError, SmhError } from '../errors.ts'
import type { Smh, SpaceContext } from '../model/context.ts'

/** Where the files of a bucket are. */
export function addressOf(bucket: Bucket): VolumeAddress {
  if (bucket.shape === 'tree') return bucket.volume
  throw new TypeError('a space is no flat bucket')
}

/** The space, with all that its library grants. Throws a refusal where the library or the space is gone. */
export async function spaceAt(
  { core }: Pick<Smh, 'core'>,
  accounts: Accounts,
  bucket: Bucket,
): Promise<SpaceContext> {
  const address = addressOf(bucket)
  const found = accounts.find(libraryCredential, address.realm)
  const volume = await core.trees.findVolume(address)
  if (found === null || found.account.id !== bucket.account || volume === null)
    throw new BucketRefusal('denied', 'The library or the space is not there any more.')
  const caller = { user: '', grants: ['admin'], token: null }
  return { core, library: found.credential, volume, address, caller }
}

/** Does it; what the dialect refuses becomes a refusal for others. */
export async function refusing<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    throw error instanceof SmhError ? refusalOf(error) : error
  }
}

function refusalOf(error: SmhError): BucketRefusal {
  const { status, code, message } = asSmhError(error)
  return new BucketRefusal(KINDS.get(status) ?? 'internal', `${code}: ${message}`, error)
}

const KINDS = new Map([
  [400, 'invalid'],
  [403, 'denied'],
  [404, 'missing'],
  [409, 'conflict'],
  [413, 'too-large'],
  [429, 'retry-later'],
  [503, 'retry-later'],
] as const) as ReadonlyMap<number, BucketRefusal['kind']>
