import { Worker } from 'node:worker_threads'
import { CoreError } from '../core/errors.ts'
import type { MediaFacts } from '../core/model/media.ts'
import type { ByteSource } from '../core/ports/media.ts'
import { type FromWorker, HEAD_SIZE, READ_SIZE_MAX, type ToWorker, type Window } from './messages.ts'
import { createWorkTimer, type WorkTimer } from './work-timer.ts'

/** Most reads of one probe: with READ_SIZE_MAX the longest file that is walked from end to end is 64 GiB. */
const READS_MAX = 65_536
/** Reads of this length and more are put into memory that is used again. */
const REUSED_SIZE_MIN = 256 * 1024

/** One file to be measured. */
export interface Job {
  readonly source: ByteSource
  /** The account's; empty for nobody's. */
  readonly whose: string
  readonly resolve: (facts: MediaFacts) => void
  readonly reject: (error: unknown) => void
}

/** One worker thread. After it has ended it cannot be used again. */
export interface ParserThread {
  /** Only while the thread has no job. Settles the job; if the thread ends with it, `onEnded` follows. */
  run(job: Job): void
  /** Rejects the job in hand with `reason` and stops the thread. */
  end(reason: unknown): Promise<void>
}

export interface ThreadOptions {
  readonly timeoutMs: number
  /** Buffers outside the heap are bounded by the caches and read limits of the parsers. */
  readonly heapSizeMaxMb: number
  /** The job is settled and the thread is ready for the next. */
  readonly onFree: () => void
  /** The thread stopped, for whatever reason. Called once. */
  readonly onEnded: () => void
}

interface Running {
  readonly job: Job
  readonly number: number
  readonly timer: WorkTimer
  reads: number
  /** What long reads are put into: buffers that are left behind would stay until garbage is collected. */
  into: Uint8Array | null
  /** Why its bytes cannot be had; the worker is told so and gives up. */
  failure: { readonly error: unknown } | null
}

export const refused = (reason: string): CoreError => new CoreError('media-refused', reason)

export function startThread({ timeoutMs, heapSizeMaxMb, onFree, onEnded }: ThreadOptions): ParserThread {
  const window: Window = new Uint8Array(new SharedArrayBuffer(READ_SIZE_MAX))
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: heapSizeMaxMb, maxYoungGenerationSizeMb: heapSizeMaxMb / 8 },
    workerData: window,
    execArgv: [],
    env: {},
  })
  let running: Running | null = null
  let jobs = 0
  let isReady = false
  let hasEnded = false
  worker.unref()

  const send = (message: ToWorker): void => worker.postMessage(message)

  const begin = async (current: Running): Promise<void> => {
    const { job, number, timer } = current
    const { size } = job.source
    const head = await bytesOf(current, 0, Math.min(size, HEAD_SIZE))
    if (running !== current) return
    if (head === null) {
      free(({ reject }) => reject(current.failure?.error))
      return
    }
    timer.resume()
    window.set(head)
    send({ type: 'probe', job: number, size, headLength: head.byteLength })
  }

  const settle = (how: (job: Job) => void): void => {
    running?.timer.pause()
    const settled = running
    running = null
    worker.unref()
    if (settled !== null) how(settled.job)
  }

  const end = async (reason: unknown): Promise<void> => {
    settle((job) => job.reject(reason))
    if (!hasEnded) {
      hasEnded = true
      onEnded()
    }
    await worker.terminate()
  }

  const free = (how: (job: Job) => void): void => {
    settle(how)
    onFree()
  }

  const answerRead = async (current: Running, start: number, end_: number): Promise<void> => {
    current.timer.pause()
    const bytes = await bytesOf(current, start, end_)
    if (running !== current) return
    current.timer.resume()
    if (bytes === null) {
      send({ type: 'failed', job: current.number })
      return
    }
    window.set(bytes)
    send({ type: 'bytes', job: current.number, length: bytes.byteLength })
  }

  worker.on('message', (message: FromWorker) => {
    if (message.type === 'ready') {
      isReady = true
      if (running !== null) void begin(running)
      return
    }
    if (running === null || message.job !== running.number) return
    const { failure } = running
    if (message.type === 'read') void answerRead(running, message.start, message.end)
    else if (failure !== null) free((job) => job.reject(failure.error))
    else if (message.type === 'facts') free((job) => job.resolve(message.facts))
    else free((job) => job.reject(refused(message.reason)))
  })
  worker.on('error', (error) => {
    const reason = isReady
      ? refused(`the file cannot be measured: ${codeOf(error)}`)
      : new CoreError('unavailable', 'the media parser cannot start', {}, error)
    void end(reason)
  })
  worker.on('exit', () => void end(refused('the file cannot be measured: the parser stopped')))

  return {
    run: (job) => {
      jobs++
      const timer = createWorkTimer(timeoutMs, () => {
        void end(refused(`the file cannot be measured within ${timeoutMs} ms`))
      })
      running = { job, number: jobs, timer, reads: 0, into: null, failure: null }
      worker.ref()
      if (isReady) void begin(running)
    },
    end,
  }
}

/** Null: they cannot be had, now or before. */
async function bytesOf(current: Running, start: number, end: number): Promise<Uint8Array | null> {
  if (current.failure !== null) return null
  try {
    return await readRun(current, start, end)
  } catch (error) {
    current.failure = { error }
    return null
  }
}

/** Reads for a worker. Errors: those of the source, `media-refused`. */
async function readRun(current: Running, start: number, end: number): Promise<Uint8Array> {
  current.reads++
  if (current.reads > READS_MAX) throw refused('too much of the file has to be read to measure it')
  if (!(start >= 0 && start < end && end <= current.job.source.size && end - start <= READ_SIZE_MAX)) {
    throw refused('the file points outside itself')
  }
  if (end - start >= REUSED_SIZE_MIN) current.into ??= new Uint8Array(READ_SIZE_MAX)
  const bytes = await current.job.source.read(start, end, current.into ?? undefined)
  if (bytes.byteLength !== end - start) {
    throw new CoreError('storage-failed', 'a read of a blob gave another length', { start, end })
  }
  return bytes
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)
