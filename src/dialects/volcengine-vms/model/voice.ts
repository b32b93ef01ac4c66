import type { Core } from '../../../core/core.ts'
import { CoreError } from '../../../core/errors.ts'
import type { MediaFacts } from '../../../core/model/media.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import { invalid } from '../errors.ts'
import { RESOURCE_SIZE_MAX } from './resource.ts'

/** What the bytes of a voice file tell of it. */
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
 * Looks at an upload's bytes. Only WAV and MP3 pass, whatever the name says. Errors: `media-refused`, and
 * `upload-changed` when other bytes came while they were looked at.
 */
export async function probeVoice(core: Core, upload: Upload): Promise<Voice> {
  try {
    const media = await core.media.probe(await core.uploads.bytes(upload), upload.account)
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
