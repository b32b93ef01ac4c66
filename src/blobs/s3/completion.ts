import { setTimeout } from 'node:timers/promises'
import { type CoreError, isCoreError } from '../../core/errors.ts'
import { storageFailed } from '../failures.ts'
import { partsOf, type Requests, type SentPart } from './requests.ts'

/** Parts that are to become an object. Nothing but this one upload ever makes an object at `key`. */
export interface Completion {
  readonly key: string
  readonly upload: string
  /** In ascending order of part number. */
  readonly receipts: readonly string[]
  readonly size: number
}

/** How stores refuse to complete what somebody else is just completing, or has completed. */
const COMPLETING: ReadonlySet<unknown> = new Set([
  'NoSuchUpload',
  'NoSuchKey',
  'InvalidPart',
  'OperationAborted',
  'ConditionalRequestConflict',
])
const REFUSALS_MAX = 7
const PAUSE_MS = 100
const PAUSE_MAX_MS = 1000
/** A store that copies the parts of so many bytes in a millisecond is at work, and not stuck. */
const COPIED_PER_MS = 20_000
const STUCK_MS = 5000

/**
 * Makes the object, unless it is there already or somebody else is just making it: then it waits for that. Errors: those of
 * `Requests`.
 */
export async function assemble(
  requests: Requests,
  { key, receipts, size, ...work }: Completion,
): Promise<void> {
  const parts = receipts.flatMap(partsOf)
  let { upload } = work
  let refusals = 0
  let waitedMs = 0
  for (let pauseMs = PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS)) {
    const { tag, refusal } = await ask(requests, key, upload, parts)
    const stored = await requests.stat(key)
    if (stored?.size === size) return
    if (stored !== null) throw storageFailed(`the S3 store has ${stored.size} bytes of ${size}`)
    if (refusal !== null) {
      refusals += 1
      if (!COMPLETING.has(refusal.detail.code) || refusals === REFUSALS_MAX) throw refusal
    } else if (waitedMs > STUCK_MS + size / COPIED_PER_MS) {
      if (upload !== work.upload) throw storageFailed('the S3 store completes an upload without end')
      upload = workOf(upload, tag)
      waitedMs = 0
    }
    await setTimeout(pauseMs)
    waitedMs += pauseMs
  }
}

/**
 * versitygw (seen with 1.8) renames an upload while it completes it, and tells whoever asks again that all is done. Where it
 * was killed at that work it does so for ever; but the work can be completed in its turn, under its own name.
 */
const workOf = (upload: string, tag: string): string => `${upload}.${tag.replaceAll('"', '')}.inprogress`

/** The object's tag, or why the store refused; no answer at all is an error. */
async function ask(
  requests: Requests,
  key: string,
  upload: string,
  parts: readonly SentPart[],
): Promise<{ readonly tag: string; readonly refusal: CoreError | null }> {
  try {
    return { tag: await requests.completeOnce(key, upload, parts), refusal: null }
  } catch (error) {
    if (!isCoreError(error) || error.detail.status === undefined) throw error
    return { tag: '', refusal: error }
  }
}
