import type { Core } from '../../../core/core.ts'
import { CoreError } from '../../../core/errors.ts'
import { newObjectId } from '../../../core/ids.ts'
import type { MediaFacts } from '../../../core/model/media.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import { firstState, reviewDeliveries } from '../background/review.ts'
import { invalid } from '../errors.ts'
import { RESOURCE_SIZE_MAX } from '../storage/voice-files.ts'
import { KIND } from '../wire/answers.ts'
import type { ActionCall } from './call.ts'

/** A voice file, as its own bytes tell. */
export interface Voice {
  readonly media: MediaFacts
  /** With its dot. */
  readonly suffix: '.wav' | '.mp3'
}

/** Errors: `InvalidParameter` of `subject` with RESOURCE_SIZE_OVER_LIMIT. */
export function checkSize(size: number, subject: string): void {
  if (size > RESOURCE_SIZE_MAX) throw invalid(subject, 'RESOURCE_SIZE_OVER_LIMIT')
}

/**
 * Looks at an upload's bytes; only WAV and MP3 pass, whatever their name says. Errors: `media-refused`, and
 * `upload-changed` when other bytes came while they were looked at.
 */
export async function probeVoice(core: Core, upload: Upload): Promise<Voice> {
  try {
    const media = await core.media.probe(await core.uploads.bytes(upload))
    return { media, suffix: suffixOf(media) }
  } catch (error) {
    const now = await core.uploads.find({ account: upload.account, id: upload.id })
    if (now?.version === upload.version) throw error
    throw new CoreError('upload-changed', 'the bytes changed while they were looked at', {}, error)
  }
}

function suffixOf({ container }: MediaFacts): Voice['suffix'] {
  if (container === 'wav') return '.wav'
  if (container === 'mp3') return '.mp3'
  throw new CoreError('media-refused', 'neither WAV nor MP3', { container })
}

/** Commits what was probed, and only that, as a notification file. */
export function publish(call: ActionCall, upload: Upload, voice: Voice, name: string): Promise<StoredObject> {
  const { core, account, options } = call
  const id = newObjectId(core.random, core.clock.now())
  const status = firstState(options)
  return core.uploads.commit(
    { account: account.id, id: upload.id },
    {
      id,
      fields: {
        name,
        kind: KIND.notification,
        status,
        contentType: voice.media.contentType,
        media: voice.media,
        attributes: { suffix: voice.suffix, remark: '' },
      },
      conflict: 'fail',
      objectsMax: options.resourcesMax,
      ifVersion: upload.version,
      deliveries: reviewDeliveries(core, account, { id, name, status }),
    },
  )
}
