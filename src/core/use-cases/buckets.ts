import { CoreError } from '../errors.ts'
import type { AccountId } from '../ids.ts'
import {
  type Bucket,
  bucketParts,
  type KeyPage,
  type ListedObject,
  stableName,
  userBucket,
} from '../model/buckets.ts'
import type { JsonObject } from '../model/json.ts'
import type { BucketAddress, BucketCommands } from '../ports/commands/buckets.ts'
import type { Ports } from '../ports.ts'
import { randomHex } from '../random.ts'
import { isBucketName, isReserved } from '../rules/bucket-names.ts'
import { type KeyRange, type KeyReading, paging, requireRange } from '../rules/key-lists.ts'

/** An account's buckets: those that users make, and those that dialects have. Errors are those of the commands. */
export interface Buckets {
  /** Makes a user's bucket. Errors: `invalid-argument`; `name-conflict`, also for a name that a dialect's bucket can have. */
  make(bucket: {
    readonly account: AccountId
    readonly name: string
    readonly settings: JsonObject
  }): Promise<Bucket>
  readonly find: BucketCommands['findBucket']
  /** Whether only a dialect's bucket can be called so. */
  isReserved(name: string): boolean
  /** The account's bucket that people call so, whoever's it is; null for none. */
  named(account: AccountId, name: string): Promise<Bucket | null>
  readonly list: BucketCommands['listBuckets']
  /** The bucket of that name that everybody may read in, of whatever account; null for none. */
  findPublic(name: string): Promise<Bucket | null>
  update(
    address: BucketAddress,
    change: { readonly settings: JsonObject; readonly isPublic?: boolean; readonly ifVersion?: number },
  ): Promise<Bucket>
  /** Errors: `bucket-not-found`, `bucket-not-empty`, `invalid-argument` for a dialect's. */
  remove(bucket: BucketAddress): Promise<void>
  /** Errors: `invalid-argument` for a text that no key can have, and for an empty delimiter. */
  readonly listKeys: BucketCommands['listKeys']
  /** A page of keys that somebody makes of what a bucket has. `read` gives them as `KeyReading` says. */
  pageOf(
    range: KeyRange & { readonly limit: number },
    read: (reading: KeyReading) => Promise<readonly ListedObject[]>,
  ): Promise<KeyPage>
}

export function createBuckets({ metadata, clock, random, reservedBuckets = [] }: Ports): Buckets {
  const now = () => clock.now()
  return {
    make: async ({ account, name, settings }) => {
      if (!isBucketName(name))
        throw new CoreError('invalid-argument', 'no name of a bucket', { field: 'name' })
      if (isReserved(name, reservedBuckets)) {
        throw new CoreError('name-conflict', 'a dialect calls its buckets so')
      }
      return metadata.createBucket({ account, bucket: userBucket(name), settings, now: now() })
    },
    find: (address) => metadata.findBucket(address),
    isReserved: (name) => isReserved(name, reservedBuckets),
    named: (account, name) =>
      isReserved(name, reservedBuckets)
        ? dialectsBucket(metadata, account, name)
        : metadata.findBucket({ account, bucket: userBucket(name) }),
    list: (query) => metadata.listBuckets(query),
    update: (address, { ifVersion = null, ...change }) =>
      metadata.updateBucket({ ...address, ...change, ifVersion, now: now() }),
    findPublic: (name) => metadata.findPublicBucket({ name }),
    remove: (address) => metadata.deleteBucket({ ...address, mark: randomHex(random, 16) }),
    listKeys: async (query) => {
      requireRange(query)
      return metadata.listKeys(query)
    },
    pageOf: async (range, read) => {
      requireRange(range)
      const pages = paging(range)
      let step = pages.next()
      while (step.done !== true) step = pages.next(await read(step.value))
      return step.value
    },
  }
}

const PAGE = 1000

/** Users' buckets come first in the order of owners. */
async function dialectsBucket(
  metadata: Pick<BucketCommands, 'listBuckets'>,
  account: AccountId,
  name: string,
): Promise<Bucket | null> {
  for (let after: Bucket['name'] | null = null; ; ) {
    const page: readonly Bucket[] = await metadata.listBuckets({ account, owner: null, after, limit: PAGE })
    const found = page.find(
      (bucket) => stableName(bucket.name) === name && bucketParts(bucket.name).owner !== '',
    )
    if (found !== undefined || page.length < PAGE) return found ?? null
    after = page.at(-1)?.name ?? null
  }
}
