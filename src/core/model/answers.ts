import type { TimeMs } from '../clock.ts'
import type { AccountId } from '../ids.ts'
import type { Json } from './json.ts'

/** What a client calls a call by, so that a repetition of it is known. */
export interface AnswerAddress {
  readonly account: AccountId
  /** The kind of call, as its door names it. The same token in another scope is another one. */
  readonly scope: string
  /** The client's text. */
  readonly token: string
}

/** What was answered, and the SHA-256 in hex of what was asked. */
export interface KnownAnswer {
  readonly digest: string
  readonly answer: Json
}

/** An answer to be remembered until `expiresAt`. */
export interface NewAnswer extends AnswerAddress, KnownAnswer {
  readonly expiresAt: TimeMs
  /** Answers that an account may have: the newest. */
  readonly keepMax: number
}
