import { CoreError } from '../core/errors.ts'
import type { MediaProbe } from '../core/ports/media.ts'
import { type Job, type ParserThread, refused, startThread } from './thread.ts'

export interface MediaProbeOptions {
  /** How long one file may be parsed. Waiting for its bytes does not count. Default 10,000. */
  readonly timeoutMs?: number
  /** How many files are parsed at a time. The others wait their turn. Default 2. */
  readonly workers?: number
  /** Heap of one worker, in MiB. A file that needs more is refused. Default 192. */
  readonly heapSizeMaxMb?: number
}

/**
 * Measures media files in worker threads, which start when they are first needed. `probe` fails with `media-refused`
 * for anything that is not a whole file of a known kind, with what `source.read` threw if the bytes cannot be read, and
 * with `unavailable` once the probe is closed.
 */
export function createMediaProbe({
  timeoutMs = 10_000,
  workers = 2,
  heapSizeMaxMb = 192,
}: MediaProbeOptions = {}): MediaProbe {
  const threads = new Set<ParserThread>()
  const free: ParserThread[] = []
  const queue: Job[] = []
  let isClosed = false

  const start = (): ParserThread => {
    const thread = startThread({
      timeoutMs,
      heapSizeMaxMb,
      onFree: () => {
        free.push(thread)
        next()
      },
      onEnded: () => {
        threads.delete(thread)
        const at = free.indexOf(thread)
        if (at !== -1) free.splice(at, 1)
        next()
      },
    })
    threads.add(thread)
    return thread
  }

  const next = (): void => {
    while (!isClosed && queue.length > 0) {
      const thread = free.pop() ?? (threads.size < workers ? start() : null)
      if (thread === null) return
      const job = queue.shift()
      if (job !== undefined) thread.run(job)
    }
  }

  return {
    probe: (source) => {
      if (isClosed) return Promise.reject(closed())
      if (source.size === 0) return Promise.reject(refused('the file is empty'))
      const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<MediaProbe['probe']>>>()
      queue.push({ source, resolve, reject })
      next()
      return promise
    },
    close: async () => {
      isClosed = true
      for (const job of queue.splice(0)) job.reject(closed())
      await Promise.all([...threads].map((thread) => thread.end(closed())))
    },
  }
}

const closed = (): CoreError => new CoreError('unavailable', 'the media probe is closed')
