import type { Clock, TimeMs } from '../core/clock.ts'
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

interface Parts<Commands> {
  readonly metadata: Commands
  readonly clock: Clock
}

/** Ends uploads whose time is over and, much later, forgets closed ones. */
export function expiryJob({ metadata, clock }: Parts<Facts>, everyMs: number): Job {
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

/** Removes access tokens whose time is over. */
export const tokenExpiryJob = ({ metadata, clock }: Parts<TokenCommands>): Job =>
  hourly('token-expiry', clock, (now) => metadata.expireTokens({ now, limit: BATCH }))

/** Forgets answers whose time is over. */
export const answerExpiryJob = ({ metadata, clock }: Parts<AnswerCommands>): Job =>
  hourly('answer-expiry', clock, (now) => metadata.expireAnswers({ now, limit: BATCH }))

/** Forgets tasks that are done 30 days after they were made. */
export const taskExpiryJob = ({ metadata, clock }: Parts<TaskCommands>): Job =>
  hourly('task-expiry', clock, (now) => metadata.forgetTasks({ before: now - MEMORY_MS, limit: BATCH }))

/** Nobody finds what these remove any more, so there is no hurry. */
const hourly = (name: string, clock: Clock, step: (now: TimeMs) => Promise<number>): Job => ({
  name,
  everyMs: HOUR_MS,
  run: (signal) => {
    const now = clock.now()
    return inBatches(signal, () => step(now))
  },
})
