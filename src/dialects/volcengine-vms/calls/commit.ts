import { type CoreErrorCode, isCoreError } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import { invalid, VmsError } from '../errors.ts'
import { BUCKET, textAttribute } from '../model/resource.ts'
import { checkSize, probeVoice } from '../model/voice.ts'
import { takeLanded } from '../storage/landing.ts'
import { fileKey, type WaitingBytes, waitingBytes } from '../storage/voice-files.ts'
import { readFileName } from '../wire/names.ts'
import { type Call, checkQuota, endDryRun } from './call.ts'
import { type Committing, publish } from './publish.ts'

/** How often a commit starts anew when other calls are faster. */
const ATTEMPTS_MAX = 5

/** Errors of a commit when another call was faster. The commit looks again. */
const RACES: readonly CoreErrorCode[] = [
  'upload-changed',
  'upload-closed',
  'upload-not-found',
  'object-not-found',
  'name-conflict',
]

/**
 * CommitResourceUpload (documents 6358/172959, 6358/1722084): makes the file of a FileName a resource. Repeats return the
 * first ResourceKey. Bytes that are refused are kept until the upload expires, so that a corrected PUT can follow.
 */
export const commitResourceUpload = (call: Call): Promise<JsonObject> =>
  commitFile(call, readFileName(call.parameters))

/** The same for who is no client of this API. */
export async function commitFile(call: Committing, fileName: string): Promise<JsonObject> {
  for (let attempt = 1; ; attempt++) {
    try {
      const resource = await commit(call, fileName)
      return resultOf(fileName, textAttribute(resource, 'suffix'), resource.id)
    } catch (error) {
      const isRace = RACES.some((code) => isCoreError(error, code))
      if (!isRace || attempt === ATTEMPTS_MAX) throw error
    }
  }
}

/** The upload is looked up before the object: if there is a newer upload, the earlier commit is visible. */
async function commit(call: Committing, fileName: string): Promise<StoredObject> {
  const { core, account } = call
  const found = await core.uploads.find({ account: account.id, bucket: BUCKET, ref: fileName })
  const upload = found === null ? null : await takeLanded(core, found)
  const waiting = upload === null ? null : await waitingBytes(core, upload)
  const first = await core.objects.find({ account: account.id, bucket: BUCKET, key: fileKey(fileName) })
  if (first !== null) return repeat(call, first, upload, waiting)
  if (upload === null || waiting === null || waiting.size === 0) throw invalid('FileName', 'RESOURCE_IS_NONE')
  checkSize(waiting.size, 'FileName')
  const voice = await probeVoice(core, upload)
  await checkQuota(call)
  endDryRun(call)
  const resultFor = (resourceKey: string) => resultOf(fileName, voice.suffix, resourceKey)
  return publish(call, { upload, voice, name: fileName, resultOf: resultFor })
}

const resultOf = (fileName: string, suffix: string, resourceKey: string): JsonObject => ({
  Name: fileName,
  Suffix: suffix,
  ResourceKey: resourceKey,
})

/** The FileName is a resource already. New bytes are dropped; if they are the same, the call repeats the first commit. */
async function repeat(
  call: Committing,
  first: StoredObject,
  upload: Upload | null,
  waiting: WaitingBytes | null,
): Promise<StoredObject> {
  const isSame = waiting === null || hasBytesOf(first, waiting)
  if (isSame) endDryRun(call)
  if (upload !== null && waiting !== null && !call.parameters.flag('DryRun')) {
    const at = { account: upload.account, id: upload.id }
    await call.core.uploads.fail(at, 'the file name is committed', upload.version)
  }
  if (!isSame) throw new VmsError('IdempotentParameterMismatch', { voice: 'NOT_REPET_INVOCK' })
  return first
}

function hasBytesOf({ content }: StoredObject, { size, digests: { md5, crc64 } }: WaitingBytes): boolean {
  if (content?.size !== size) return false
  if (md5 !== undefined && content.digests.md5 !== undefined) return content.digests.md5 === md5
  return crc64 !== undefined && content.digests.crc64 === crc64
}
