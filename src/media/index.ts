import { CoreError } from '../core/errors.ts'
import type { MediaProbe } from '../core/ports/media.ts'
import { type Job, type ParserThread, refused, startThread } from './thread.ts'
import { createTurns } from './turns.ts'

export interface MediaProbeOptions {
  /** How long one file may be parsed. Waiting for its bytes does not count. Default 15,000. */
  readonly timeoutMs?: number
  /** How many files are parsed at a time. The others wait their turn. Default 2. */
  readonly workers?: number
  /** Heap of one worker, in MiB. A file that needs more is refused. Default 48. */
  readonly heapSizeMaxMb?: number
}

/** A probe that can be made ready before anybody needs it. */
export interface PreparedProbe extends MediaProbe {
  /** Starts the first worker, which takes as long as many files. Repeating it is fine. */
  prepare(): void
}

/**
 * Measures media files in worker threads, which start when they are first needed; one file of an account at a time, and accounts in turn, so that
 * nobody waits for all that another has. `probe` fails with `media-refused`
 * for anything that is not a whole file of a known kind, with what `source.read` threw if the bytes cannot be read, and
 * with `unavailable` once the probe is closed.
 */
export function createMediaProbe(options: MediaProbeOptions = {}): PreparedProbe {
  const { timeoutMs = 15_000, workers = 2, heapSizeMaxMb = 48 } = options
  const threads = new Set<ParserThread>()
  const free: ParserThread[] = []
  const turns = createTurns<Job>()
  let isClosed = false
  const start = (): ParserThread => {
    const thread = startThread({
      timeoutMs,
      heapSizeMaxMb,
      // Whoever waits for a thread is served when the job is settled, which is later.
      onFree: () => void free.push(thread),
      onEnded: () => {
        threads.delete(thread)
        if (free.includes(thread)) free.splice(free.indexOf(thread), 1)
      },
    })
    threads.add(thread)
    return thread
  }
  const next = (): void => {
    while (!isClosed && (free.length > 0 || threads.size < workers)) {
      const job = turns.take()
      if (job === null) return
      const thread = free.pop() ?? start()
      thread.run(job)
    }
  }
  const prepare = (): void => {
    if (!isClosed && threads.size === 0) free.push(start())
  }

  return {
    probe: (source, whose = '') => {
      if (isClosed) return Promise.reject(closed())
      if (source.size === 0) return Promise.reject(refused('the file is empty'))
      const job = { source, whose, ...Promise.withResolvers<Awaited<ReturnType<MediaProbe['probe']>>>() }
      turns.add(job)
      next()
      return job.promise.finally(() => {
        turns.done(job)
        next()
      })
    },
    prepare,
    close: async () => {
      isClosed = true
      for (const job of turns.clear()) job.reject(closed())
      await Promise.all([...threads].map((thread) => thread.end(closed())))
    },
  }
}

const closed = (): CoreError => new CoreError('unavailable', 'the media probe is closed')
