import type { TimeMs } from '../../clock.ts'
import type { AccountId } from '../../ids.ts'
import type { ObjectAddress } from '../../model/addresses.ts'
import type { AnswerAddress, KnownAnswer, NewAnswer } from '../../model/answers.ts'
import type { StoredObject } from '../../model/objects.ts'
import type { CommitUpload, ObjectTarget } from './commits.ts'
import type { PutObject, UpdateObject } from './objects.ts'

/** A command that can be done once for a token. */
export type Change =
  | { readonly name: 'putObject'; readonly command: PutObject }
  | { readonly name: 'updateObject'; readonly command: UpdateObject }
  | {
      readonly name: 'deleteObject'
      readonly command: { readonly account: AccountId; readonly object: ObjectAddress; readonly now: TimeMs }
    }
  | { readonly name: 'commitUpload'; readonly command: CommitUpload<ObjectTarget> }

/** What became of a change: `known` is what its token was answered with before, and nothing was changed. */
export type Changed =
  | { readonly known: null; readonly object: StoredObject }
  | { readonly known: KnownAnswer; readonly object: null }

/** What calls were answered with, so that their repetitions get the same. */
export interface AnswerCommands {
  /** Null when there is none, or its time is over. */
  findAnswer(query: AnswerAddress & { readonly now: TimeMs }): Promise<KnownAnswer | null>
  /** Keeps an answer, unless the token has one. Returns the one that is kept. The account's oldest above `keepMax` go. */
  rememberAnswer(command: NewAnswer & { readonly now: TimeMs }): Promise<KnownAnswer>
  /**
   * Makes a change and keeps its answer: both, or neither. A commit that finds what an earlier one made keeps no answer. Errors:
   * those of the change.
   */
  changeOnce(command: {
    readonly answer: NewAnswer
    readonly change: Change
    readonly now: TimeMs
  }): Promise<Changed>
  /** Forgets up to `limit` answers whose time is over. Returns how many. */
  expireAnswers(command: { readonly now: TimeMs; readonly limit: number }): Promise<number>
}
