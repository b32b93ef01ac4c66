import type { TimeMs } from '../../../core/clock.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Task } from '../../../core/model/tasks.ts'
import type { App } from '../credentials.ts'
import { chinaDigits } from '../wire/ids.ts'
import type { Transcript } from './transcripts.ts'

export const TASK_TOPIC = 'iflytek-ost.transcription'

/** An app finds its own tasks. */
export const scopeOf = ({ appId }: App): string => `iflytek-ost/${appId}`

/** Where the audio is: a file of the app's own, or a url elsewhere. */
export type Source = { readonly object: string } | { readonly url: string }

/** What clients say of their audio. Recognisers see it. */
export interface Hints {
  readonly language: string
  readonly accent: string
  readonly encoding: string
  readonly format: string
}

/** What a task is about, and how far it is. */
export interface Transcription {
  readonly app: string
  readonly source: Source
  readonly hints: Hints
  /** Whether a runner has begun with it. */
  readonly isBegun: boolean
}

export const transcriptionJson = (work: Transcription): JsonObject => ({
  ...work,
  source: { ...work.source },
  hints: { ...work.hints },
})

/** Only `transcriptionJson` writes these. */
export const transcriptionOf = (input: JsonObject): Transcription => input as unknown as Transcription

/** How a task ended, as it is kept. */
export type Outcome = { readonly transcript: JsonObject } | { readonly reason: string }

export const transcribed = (transcript: Transcript): Outcome & JsonObject => ({
  transcript: { ...transcript },
})

/** The vendor's states, of those that there are here. */
export type TaskState =
  | { readonly status: '1' | '2' }
  | { readonly status: '3'; readonly transcript: Transcript }
  | { readonly status: '-1'; readonly reason: string }

/** Waiting 1, at work 2, done 3, failed -1. */
export function stateOf({ input, result }: Task): TaskState {
  if (result === null) return { status: transcriptionOf(input).isBegun ? '2' : '1' }
  const { reason, transcript } = result
  // Only `transcribed` writes the other one.
  return typeof reason === 'string'
    ? { status: '-1', reason }
    : { status: '3', transcript: transcript as unknown as Transcript }
}

const TIME_DIGITS = 15
const NUMBER_DIGITS = 9

/**
 * A task_id: the time in China to the millisecond, as of an upload_id, and the task's number in 9 digits, or more when those are
 * used up. Shape of recorded answers (`250428101934461357198994`).
 */
export const taskIdOf = ({ id, createdAt }: Pick<Task, 'id' | 'createdAt'>): string =>
  chinaDigits(createdAt) + String(id).padStart(NUMBER_DIGITS, '0')

/** The number in a task_id; null if it is none. */
export function taskNumberOf(taskId: string): number | null {
  if (!/^\d{24,31}$/.test(taskId)) return null
  const number = Number(taskId.slice(TIME_DIGITS))
  return Number.isSafeInteger(number) ? number : null
}

/** A result is there for so long after the task was made (speedTranscription). */
export const isForgotten = ({ createdAt }: Task, now: TimeMs, ttlS: number): boolean =>
  now > createdAt + ttlS * 1000
