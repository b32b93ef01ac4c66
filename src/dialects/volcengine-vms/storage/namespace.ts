import type { Accounts } from '../../../core/accounts.ts'
import type { Core } from '../../../core/core.ts'
import { isCoreError } from '../../../core/errors.ts'
import { stableName } from '../../../core/model/buckets.ts'
import type { Staged } from '../../../core/model/bytes.ts'
import { servable } from '../../../http/serve-object.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { PlaneNamespace, PlaneTarget } from '../../../object-plane/types.ts'
import { BUCKET } from '../model/resource.ts'
import type { VolcengineVmsOptions } from '../options.ts'
import { isFileName } from '../wire/names.ts'
import { createKeys, TOS_BUCKET } from './keys.ts'
import { dropLanded } from './landing.ts'
import { fileKey, PUT_SIZE_MAX, reachOf, storeBytes } from './voice-files.ts'

/** What upload URLs lead to: `/<accountId>/<FileName>`; the slash between them may be `%2F`, as the Node TOS SDK has it. */
export function createNamespace(
  core: Core,
  options: VolcengineVmsOptions,
  accounts: Accounts,
): PlaneNamespace {
  return {
    paths: [(path) => firstOf(path) === TOS_BUCKET || accounts.byId(firstOf(path)) !== null],
    buckets: {
      ...{ has: (name) => name === TOS_BUCKET, isOf: () => true },
      ...{ isImplied: true, impliedName: TOS_BUCKET },
    },
    sizeMax: PUT_SIZE_MAX,
    locate: (path) => locate(path, accounts),
    reachOf: ({ key }) => reachOf(key),
    reachIn: (_bucket, prefix) => reachOf(fileKey(prefix.slice(prefix.indexOf('/') + 1))),
    write: (target, staged) => write(core, options, target, staged),
    read: async ({ account, key }) => {
      const object = await core.objects.find({ account, bucket: BUCKET, key })
      return object === null ? null : servable(core.objects, object)
    },
    keys: createKeys(core),
  }
}

const firstOf = (path: string): string => path.split('/', 2)[1] ?? ''

function locate(path: string, accounts: Accounts): PlaneTarget | null {
  const segments = path.slice(1).split('/')
  if (segments[0] === TOS_BUCKET) segments.shift()
  const [id = '', ...rest] = segments
  const account = accounts.byId(id)
  if (account === null) return null
  const fileName = rest.join('/')
  if (!isFileName(fileName)) throw new PlaneError('key-invalid', 'the key is not <accountId>/<FileName>')
  return { account: account.id, bucket: stableName(BUCKET), key: fileKey(fileName) }
}

/**
 * Keeps a PUT's bytes for the commit. The last PUT wins. After a commit the next PUT opens a new upload, so committed bytes never
 * change. If the upload of a large body is committed while the body is stored, the PUT fails with `upload-closed`.
 */
async function write(
  core: Core,
  options: VolcengineVmsOptions,
  { account, key }: PlaneTarget,
  staged: Staged,
): Promise<void> {
  const upload = { account, key, ref: key.slice(fileKey('').length) }
  const store = async () => dropLanded(core, await storeBytes(core, options, upload, staged))
  try {
    await store()
  } catch (error) {
    const isRepeatable = isCoreError(error, 'upload-closed') && staged.where === 'inline'
    if (!isRepeatable) throw error
    await store()
  }
}
