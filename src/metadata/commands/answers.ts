import type { TimeMs } from '../../core/clock.ts'
import type { AnswerAddress, KnownAnswer, NewAnswer } from '../../core/model/answers.ts'
import type { Json } from '../../core/model/json.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import type { Change } from '../../core/ports/commands/answers.ts'
import { hexBytes, hexOf } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { commitUpload } from './commit.ts'
import { deleteObject, putObject, updateObject } from './objects.ts'
import { Contention, later, one, run, type Script, sql, usually } from './script.ts'

export const findAnswer: ScriptOf<'findAnswer'> = function* ({ account, scope, token, now }) {
  const row = yield* one<{ readonly digest: Uint8Array; readonly answer: string }>(
    'SELECT digest, answer FROM answers WHERE account = ? AND scope = ? AND token = ? AND expires_at > ?',
    ...[account, scope, token, now],
  )
  return row === undefined ? null : { digest: hexOf(row.digest), answer: JSON.parse(row.answer) as Json }
}

export const rememberAnswer: ScriptOf<'rememberAnswer'> = function* ({ now, ...answer }) {
  if (!(yield* insertAnswer(answer, now))) return yield* knownAnswer(answer, now)
  yield* forgetOldest(answer)
  return { digest: answer.digest, answer: answer.answer }
}

/** The token is taken first: whoever comes with the same one waits until this command has ended. */
export const changeOnce: ScriptOf<'changeOnce'> = function* ({ answer, change, now }) {
  if (!(yield* insertAnswer(answer, now))) return { known: yield* knownAnswer(answer, now), object: null }
  const object = yield* made(change)
  if (isEarlier(change, object)) yield* forgetAnswer(answer)
  else yield* forgetOldest(answer)
  return { known: null, object }
}

function made({ name, command }: Change): Script<StoredObject> {
  switch (name) {
    case 'putObject':
      return putObject(command)
    case 'updateObject':
      return updateObject(command)
    case 'deleteObject':
      return deleteObject(command)
    case 'commitUpload':
      return commitUpload(command) as Script<StoredObject>
  }
}

/** A commit found what an earlier one made: the answer speaks of an object that was not made. */
const isEarlier = ({ name, command }: Change, { id }: StoredObject): boolean =>
  name === 'commitUpload' && command.target.id !== id

function* forgetAnswer({ account, scope, token }: NewAnswer): Script<void> {
  yield* later(
    sql('DELETE FROM answers WHERE account = ? AND scope = ? AND token = ?', account, scope, token),
  )
}

/** Whether it was inserted: not when the token has an answer. Waits for others that are just taking the token. */
function* insertAnswer(given: NewAnswer, now: TimeMs): Script<boolean> {
  const { account, scope, token, digest, answer, expiresAt } = given
  const changes = yield* usually(
    1,
    `INSERT INTO answers (account, scope, token, number, digest, answer, expires_at)
     VALUES (?, ?, ?, (SELECT coalesce(max(number), 0) + 1 FROM answers WHERE account = ?), ?, ?, ?)
     ON CONFLICT (account, scope, token) DO UPDATE SET number = excluded.number, digest = excluded.digest,
       answer = excluded.answer, expires_at = excluded.expires_at WHERE answers.expires_at <= ?`,
    ...[account, scope, token, account, hexBytes(digest), JSON.stringify(answer), expiresAt, now],
  )
  return changes > 0
}

function* knownAnswer(at: AnswerAddress, now: TimeMs): Script<KnownAnswer> {
  const known = yield* findAnswer({ ...at, now })
  if (known === null) throw new Contention('the answer was forgotten meanwhile')
  return known
}

/** Numbers count up within an account, and may stand twice: so what stays is about the newest. */
function* forgetOldest({ account, keepMax }: NewAnswer): Script<void> {
  const forgetting = sql(
    `DELETE FROM answers WHERE account = ?
       AND number <= (SELECT max(number) FROM answers WHERE account = ?) - ?`,
    ...[account, account, keepMax],
  )
  yield* later(forgetting)
}

/** Asks twice for the time: a token may be taken anew in between. */
export const expireAnswers: ScriptOf<'expireAnswers'> = function* ({ now, limit }) {
  return yield* run(
    `DELETE FROM answers WHERE expires_at <= ? AND (account, scope, token) IN
       (SELECT account, scope, token FROM answers WHERE expires_at <= ?
        ORDER BY expires_at, account, scope, token LIMIT ?)`,
    ...[now, now, limit],
  )
}
