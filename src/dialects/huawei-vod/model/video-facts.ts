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

/** What is known of a video's file. */
export interface FileFacts {
  /** Null: the file cannot be read, or files of its type are not read. */
  readonly media: MediaFacts | null
  /** Says that the file is not of its type. Null: nothing is known against it. */
  readonly note: string | null
  /** Duplicates of the file are found by these. */
  readonly heads: readonly string[]
}

/** The part of the core that reads files. */
type Reading = Pick<Core, 'media'> & { readonly uploads: Pick<Core['uploads'], 'bytes'> }

export type FactsReader = (upload: Upload, type: VideoType) => Promise<FileFacts>

/**
 * Reads the headers of files. All files of one reader together take at most `timeoutMs`; a file that is not read by then has no
 * facts. Each upload is read once. Errors: those of the stores.
 */
export function createFactsReader(core: Reading, timeoutMs = TIMEOUT_MS): FactsReader {
  let known: { readonly upload: Upload['id']; readonly facts: FileFacts } | null = null
  let deadline: AbortSignal | null = null
  return async (upload, type) => {
    if (known?.upload === upload.id) return known.facts
    deadline ??= AbortSignal.timeout(timeoutMs)
    const source = await core.uploads.bytes(upload)
    const heads = await readHeads(source)
    const facts = {
      ...(await unless(deadline, measure(core, source, { type, whose: upload.account }), TOO_LONG)),
      heads,
    }
    known = { upload: upload.id, facts }
    return facts
  }
}

type Measured = Omit<FileFacts, 'heads'>

const TOO_LONG: Measured = { media: null, note: 'The file could not be measured in time' }

/** The result of `work`, or `late` once the signal is aborted. Then nobody waits for the work. */
function unless<Value>(signal: AbortSignal, work: Promise<Value>, late: Value): Promise<Value> {
  const { promise, resolve, reject } = Promise.withResolvers<Value>()
  const giveUp = () => resolve(late)
  if (signal.aborted) giveUp()
  signal.addEventListener('abort', giveUp, { once: true })
  work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  return promise
}

const CUT = 'The file is cut: it ends before what its head announces'

async function measure(
  core: Reading,
  source: ByteSource,
  { type, whose }: { readonly type: VideoType; readonly whose: string },
): Promise<Measured> {
  try {
    const media = await core.media.probe(source, whose)
    if (isOfType(media, type)) return { media, note: media.isCut === true ? CUT : null }
    return { media, note: `The file is ${metaDataOf(type, media, source.size).pack_type}, not ${type}` }
  } catch (error) {
    if (!isCoreError(error, 'media-refused')) throw error
    return { media: null, note: isMeasured(type) ? `The file cannot be read as ${type}` : null }
  }
}
