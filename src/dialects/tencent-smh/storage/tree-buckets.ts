import type { Accounts } from '../../../core/accounts.ts'
import type { Bucket, KeyPage } from '../../../core/model/buckets.ts'
import type { DirectoryEntry } from '../../../core/model/trees.ts'
import type { BucketFile, DialectBuckets, KeysAsked } from '../../buckets.ts'
import { findSpace } from '../auth/access.ts'
import { libraryCredential } from '../credentials.ts'
import type { Smh } from '../model/context.ts'
import { ONLY_SPACE, treeBucket } from './buckets.ts'
import { fileOf, namesIn } from './tree-files.ts'
import { addressOf } from './tree-spaces.ts'
import { createRemoving, createWriting } from './tree-writing.ts'

/** Spaces as buckets: a key is a path, and an empty directory a key that ends in a slash. */
export function createBuckets(smh: Smh, accounts: Accounts): DialectBuckets {
  const { core } = smh
  const given = { core, accounts }
  return {
    open: (account, name) => open(smh, accounts, account, name),
    list: (bucket, range) => list(smh, bucket, range),
    find: (bucket, key) => findFile(smh, bucket, key),
    writing: createWriting(given),
    removing: createRemoving(given),
  }
}

/** A space that is made when it is first asked for: the only one of its library. */
async function open(smh: Smh, accounts: Accounts, account: Bucket['account'], name: string) {
  const realm = /^smh-([^-]+)$/.exec(name)?.[1] ?? ''
  const found = accounts.find(libraryCredential, realm)
  if (found?.account.id !== account) return null
  const address = { account, realm, volume: ONLY_SPACE }
  const space = await findSpace(smh, found.credential, address)
  return space && smh.core.buckets.find({ account, bucket: treeBucket(address) })
}

/** Links and virtual files have no bytes of their own, and are left out. A page may have fewer entries for it, but not none. */
async function list({ core }: Smh, { account, name }: Bucket, range: KeysAsked): Promise<KeyPage> {
  for (let { after } = range; ; ) {
    const page = await core.buckets.listKeys({ account, bucket: name, ...range, after })
    const entries = page.entries.filter(
      (entry) => entry.kind === 'prefix' || entry.content !== null || entry.key.endsWith('/'),
    )
    if (entries.length > 0 || page.next === null) return { ...page, entries }
    after = page.next
  }
}

async function findFile({ core }: Smh, bucket: Bucket, key: string): Promise<BucketFile | null> {
  const path = namesIn(key)
  if (path === null) return null
  const entry = await core.trees.findEntry({ volume: addressOf(bucket), at: { path } })
  if (entry?.kind === 'directory') return key.endsWith('/') ? servableDirectory(entry) : null
  return entry?.kind === 'file' && !key.endsWith('/') ? fileOf(core.trees, entry) : null
}

/** A type by which clients know directories. It has no bytes. */
function servableDirectory({ id, modifiedAt }: DirectoryEntry): BucketFile {
  return {
    ...{ id, contentType: 'application/x-directory', updatedAt: modifiedAt, content: null, meta: {} },
    read: async function* () {},
  }
}
