import type { Core } from '../../../core/core.ts'
import { isCoreError } from '../../../core/errors.ts'
import type { MediaFacts } from '../../../core/model/media.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { ByteSource } from '../../../core/ports/media.ts'
import type { VideoType } from './file-types.ts'
import { readHeads } from './heads.ts'
import { isMeasured, isOfType, metaDataOf } from './media.ts'

/** How long a confirm waits for the facts of a file. */
const TIMEOUT_MS = 15_000

/** What there is to say of a video's file. */
export interface FileFacts {
  /** Null where the file cannot be read, or is of a type whose files are not read. */
  readonly media: MediaFacts | null
  /** That the file is not what its type says; null where nothing is known against it. */
  readonly note: string | null
  /** What duplicates of it are found by. */
  readonly heads: readonly string[]
}

/** The part of the core that reads files. */
type Reading = Pick<Core, 'media'> & { readonly uploads: Pick<Core['uploads'], 'bytes'> }

export type FactsReader = (upload: Upload, type: VideoType) => Promise<FileFacts>

/**
 * Reads files by their own headers. All that one reader reads takes at most `timeoutMs` together: a file that takes longer is
 * taken without facts. One upload is read once. Errors: those of the stores.
 */
export function createFactsReader(core: Reading, timeoutMs = TIMEOUT_MS): FactsReader {
  let known: { readonly upload: Upload['id']; readonly facts: FileFacts } | null = null
  let deadline: AbortSignal | null = null
  return async (upload, type) => {
    if (known?.upload === upload.id) return known.facts
    deadline ??= AbortSignal.timeout(timeoutMs)
    const source = await core.uploads.bytes(upload)
    const heads = await readHeads(source)
    const facts = { ...(await unless(deadline, measure(core, source, type), TOO_LONG)), heads }
    known = { upload: upload.id, facts }
    return facts
  }
}

type Measured = Omit<FileFacts, 'heads'>

const TOO_LONG: Measured = { media: null, note: 'The file could not be measured in time' }

/** What `work` gives, or `late` once the signal is aborted. Nobody waits for the work then. */
function unless<Value>(signal: AbortSignal, work: Promise<Value>, late: Value): Promise<Value> {
  const { promise, resolve, reject } = Promise.withResolvers<Value>()
  const giveUp = () => resolve(late)
  if (signal.aborted) giveUp()
  signal.addEventListener('abort', giveUp, { once: true })
  work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  return promise
}

async function measure(core: Reading, source: ByteSource, type: VideoType): Promise<Measured> {
  try {
    const media = await core.media.probe(source)
    if (isOfType(media, type)) return { media, note: null }
    return { media, note: `The file is ${metaDataOf(type, media, source.size).pack_type}, not ${type}` }
  } catch (error) {
    if (!isCoreError(error, 'media-refused')) throw error
    return { media: null, note: isMeasured(type) ? `The file cannot be read as ${type}` : null }
  }
}
