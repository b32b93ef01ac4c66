import type { Account } from '../../../core/accounts.ts'
import type { Core } from '../../../core/core.ts'
import { stableName } from '../../../core/model/buckets.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { TargetBucket, TargetRefusal, UploadTargets } from '../../upload-targets.ts'
import { asVmsError } from '../errors.ts'
import { BUCKET } from '../model/resource.ts'
import { checkSize } from '../model/voice.ts'
import type { VolcengineVmsOptions } from '../options.ts'
import { beginUpload, fileKey, type NewUpload, waitingBytes } from '../storage/voice-files.ts'
import { readFileName } from '../wire/names.ts'
import { Parameters } from '../wire/parameters.ts'
import { commitFile } from './commit.ts'

/** An account's voice resources: the bucket `vms`. A key is a FileName, and so is an upload's name. */
export const createTargets = (core: Core, options: VolcengineVmsOptions): UploadTargets => ({
  at: (account, bucket) => (bucket === stableName(BUCKET) ? voiceBucket(core, options, account) : null),
})

function voiceBucket(core: Core, options: VolcengineVmsOptions, account: Account): TargetBucket {
  const begin = (key: string, more: Pick<NewUpload, 'sizeNamed' | 'attributes'>): Promise<Upload> => {
    const name = readFileName(new Parameters(new Map([['FileName', key]])))
    if (more.sizeNamed !== undefined) checkSize(more.sizeNamed, 'FileName')
    return beginUpload(core, options, { account: account.id, ref: name, key: fileKey(name), ...more })
  }
  return {
    // The last one that is sent for a name counts: bytes of an earlier one go.
    begin: async ({ key, size, attributes }) => {
      const more = { attributes, ...(size === null ? {} : { sizeNamed: size }) }
      const found = await begin(key, more)
      if ((await waitingBytes(core, found)) === null) return found
      await core.uploads.abort({ account: account.id, id: found.id })
      return begin(key, more)
    },
    find: (name) => begin(name, {}),
    nameOf: ({ ref }) => ref,
    close: async () => {},
    finish: (upload, { deliveries }) => {
      const parameters = new Parameters(new Map())
      return commitFile({ core, account, options, parameters, deliveries, changing: () => core }, upload.ref)
    },
    refusalOf,
  }
}

function refusalOf(error: unknown): TargetRefusal | null {
  const { status, code, message } = asVmsError(error)
  return status < 500 ? { status, code, message } : null
}
