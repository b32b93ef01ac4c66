import { CoreError, isCoreError } from '../../../core/errors.ts'
import type { Staged } from '../../../core/model/bytes.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import { randomHex } from '../../../core/random.ts'
import { checkUrl, DownloadError, download } from '../../../http/outgoing/download.ts'
import { invalid, VmsError } from '../errors.ts'
import { RESOURCE_SIZE_MAX, textAttribute } from '../model/resource.ts'
import { probeVoice } from '../model/voice.ts'
import { storeBytes } from '../storage/voice-files.ts'
import { readName } from '../wire/names.ts'
import { type Call, checkQuota, endDryRun } from './call.ts'
import { publish } from './publish.ts'

const denied = (): VmsError => new VmsError('AccessDenied', { voice: 'NO_PERMISSION' })

/**
 * FetchResource (the vendor's v1 SDKs; no document): pulls a file from a URL in place of the two-step upload. Off until
 * hosts are listed.
 */
export async function fetchResource(call: Call): Promise<JsonObject> {
  const { options, parameters, signal } = call
  const { fetchHosts } = options
  if (fetchHosts.length === 0) throw denied()
  const url = parameters.requiredText('Url', 'URL_IS_NONE')
  const name = readName(parameters, 'Name')
  await checkQuota(call)
  try {
    if (parameters.flag('DryRun')) await checkUrl(url, { hosts: fetchHosts, signal })
    endDryRun(call)
    const staged = await call.core.staging.receive(download(url, { hosts: fetchHosts, signal }), {
      sizeMax: RESOURCE_SIZE_MAX,
      digests: ['md5', 'crc64'],
    })
    const resource = await keep(call, staged, name)
    return resultOf(resource.id, textAttribute(resource, 'suffix'), name)
  } catch (error) {
    throw inWordsOfUrl(error)
  }
}

/** Goes on as an upload in two steps does, under a name of its own. Bytes that are refused are removed at once. */
async function keep(call: Call, staged: Staged, name: string): Promise<StoredObject> {
  const { core, account, options } = call
  if (staged.facts.size === 0) throw invalid('Url', 'EMPTY_RESOURCE_BODY')
  const ref = `fetch/${randomHex(core.random, 16)}`
  const { id } = await storeBytes(core, options, { account: account.id, ref, key: ref }, staged)
  try {
    const upload = await core.uploads.find({ account: account.id, id })
    if (upload === null) throw new CoreError('upload-not-found', 'the upload is gone')
    const voice = await probeVoice(core, upload)
    const resultFor = (resourceKey: string) => resultOf(resourceKey, voice.suffix, name)
    return await publish(call, { upload, voice, name, resultOf: resultFor })
  } catch (error) {
    // If this fails too, the upload expires.
    await core.uploads.abort({ account: account.id, id }).catch(() => undefined)
    throw error
  }
}

const resultOf = (resourceKey: string, suffix: string, name: string): JsonObject => ({
  ResourceKey: resourceKey,
  Suffix: suffix,
  Name: name,
})

function inWordsOfUrl(error: unknown): unknown {
  if (error instanceof DownloadError) {
    return error.failure === 'refused' ? denied() : invalid('Url', 'EMPTY_RESOURCE_BODY')
  }
  if (isCoreError(error, 'body-too-large')) return invalid('Url', 'RESOURCE_SIZE_OVER_LIMIT')
  if (isCoreError(error, 'media-refused')) return invalid('Url', 'FILE_ANALYSE_ERROR')
  return error
}
