import type { Clock } from '../core/clock.ts'
import type { AnswerCommands } from '../core/ports/commands/answers.ts'
import type { TaskCommands } from '../core/ports/commands/tasks.ts'
import type { TokenCommands } from '../core/ports/commands/tokens.ts'
import type { Facts } from '../core/ports/facts.ts'
import { inBatches } from './in-batches.ts'
import type { Job } from './scheduler.ts'

const BATCH = 200
/** How long a closed upload is remembered, so that late repeats get the first answer. */
const MEMORY_MS = 30 * 24 * 3600_000
const HOUR_MS = 3600_000

/** Ends uploads whose time is over and, much later, forgets closed ones. */
export function expiryJob(
  { metadata, clock }: { readonly metadata: Facts; readonly clock: Clock },
  everyMs: number,
): Job {
  return {
    name: 'expiry',
    everyMs,
    run: async (signal) => {
      const now = clock.now()
      await inBatches(signal, () => metadata.expireUploads({ now, limit: BATCH }))
      await inBatches(signal, () => metadata.forgetUploads({ before: now - MEMORY_MS, limit: BATCH }))
    },
  }
}

/** Removes access tokens whose time is over. Nobody finds them any more, so there is no hurry. */
export function tokenExpiryJob({
  metadata,
  clock,
}: {
  readonly metadata: TokenCommands
  readonly clock: Clock
}): Job {
  return {
    name: 'token-expiry',
    everyMs: HOUR_MS,
    run: (signal) => {
      const now = clock.now()
      return inBatches(signal, () => metadata.expireTokens({ now, limit: BATCH }))
    },
  }
}

/** Forgets answers whose time is over. Nobody gets them any more, so there is no hurry. */
export function answerExpiryJob({
  metadata,
  clock,
}: {
  readonly metadata: AnswerCommands
  readonly clock: Clock
}): Job {
  return {
    name: 'answer-expiry',
    everyMs: HOUR_MS,
    run: (signal) => {
      const now = clock.now()
      return inBatches(signal, () => metadata.expireAnswers({ now, limit: BATCH }))
    },
  }
}

/** Forgets tasks that are done 30 days after they were made. */
export function taskExpiryJob({
  metadata,
  clock,
}: {
  readonly metadata: TaskCommands
  readonly clock: Clock
}): Job {
  return {
    name: 'task-expiry',
    everyMs: HOUR_MS,
    run: (signal) => {
      const before = clock.now() - MEMORY_MS
      return inBatches(signal, () => metadata.forgetTasks({ before, limit: BATCH }))
    },
  }
}
