import { Contention, type LockMode, type Sql, type Statement } from '../commands/script.ts'
import { ample, changing, type Guesses, having, keyOf, readable, reading } from './guesses.ts'
import { accountRoom, bucketRoom, LOCK_CLASSES, LOCK_OBJECTS, type RoomQuestions } from './room-questions.ts'
import type { Question, Reply, Row } from './wire.ts'

/** What the server is asked for a statement of a script, and what the script is answered: a guess at once, or by the replies. */
export type Plan = { readonly questions: readonly Question[] } & (
  | { readonly guess: unknown }
  | { answerOf(replies: readonly Reply[]): unknown }
)

/** All but scripts that run side by side. */
export type Asking = Exclude<Statement, { readonly wants: 'abreast' }>

/** Without guesses only what needs no answer goes on without one. */
export function planOf(statement: Asking, guesses: Guesses | null): Plan {
  switch (statement.wants) {
    case 'row':
      return rowPlan(statement, guesses)
    case 'rows':
      return { questions: [asked(statement)], answerOf: ([reply]) => reply?.rows ?? [] }
    case 'changes':
      return changesPlan([statement], guesses, ([changes]) => changes)
    case 'counts':
      return changesPlan(statement.statements, guesses, (changes) => changes)
    case 'lock':
      return { questions: [lockOf(statement)], guess: undefined }
    case 'side-by-side':
      return { questions: [CONNECTIONS_MAX], answerOf: ([reply]) => reply?.rows[0]?.max }
    case 'time':
      return { questions: [TIME], answerOf: ([reply]) => reply?.rows[0]?.now }
    case 'room':
      return roomPlan(bucketRoom(statement.bucket, statement.objectsMax), guesses)
    case 'account-room':
      return roomPlan(accountRoom(statement.account, statement.bounds), guesses)
    case 'kept':
      return { questions: [], guess: statement.bytes }
    case 'bytes':
      return { questions: [], guess: plainBytes(statement.kept) }
  }
}

type RowStatement = Extract<Asking, { readonly wants: 'row' }>

function rowPlan(statement: RowStatement, guesses: Guesses | null): Plan {
  const { guess, memo, sql, values } = statement
  const question = asked(statement)
  const { text } = question
  const plain: Plan = { questions: [question], answerOf: ([reply]) => reply?.rows[0] }
  if (guesses === null) return plain
  if (guess === undefined)
    return memo === undefined ? plain : teaching(question, (row) => memo.keyOf(row), guesses)
  if (!guesses.isChanging) return plain
  if (guess === 'none') {
    if (!guesses.mayGuess(sql)) return plain
    return {
      questions: [guesses.check(sql, { ...question, text: having(text) })],
      guess: undefined,
    }
  }
  const key = memo?.key ?? keyOf(sql, values)
  const remembered = guesses.memory.get(key)
  if (remembered !== undefined && guesses.mayGuess(sql)) {
    if (guess === 'hint' && remembered.row !== undefined) return { questions: [], guess: remembered.row }
    if (memo !== undefined) guesses.memory.forget(key)
    const check = {
      ...question,
      text: reading(text, values.length + 1),
      values: [...values, remembered.text],
    }
    return { questions: [guesses.check(sql, check, key)], guess: remembered.row }
  }
  return memo === undefined ? teaching(question, () => key, guesses) : plain
}

/** Asks for a row, and remembers it by a name; null for not. */
const teaching = (question: Question, nameOf: (row: Row) => string | null, { memory }: Guesses): Plan => ({
  questions: [{ ...question, text: readable(question.text) }],
  answerOf: ([reply]) => {
    const [found] = reply?.rows ?? []
    if (found === undefined) return undefined
    const { seen_text: text, ...row } = found
    const name = nameOf(row)
    if (name !== null) memory.set(name, { row, text: String(text) })
    return row
  },
})

function changesPlan(
  statements: readonly Sql[],
  guesses: Guesses | null,
  result: (changes: readonly number[]) => unknown,
): Plan {
  const isGuessed = statements.every(
    ({ sql, usually }) => usually === null || (usually !== undefined && guesses?.mayGuess(sql) === true),
  )
  if (!isGuessed) {
    const answerOf = (replies: readonly Reply[]) => result(replies.map(({ changes }) => changes))
    return { questions: statements.map(asked), answerOf }
  }
  const questions = statements.map((one) => {
    const { sql, values, usually } = one
    const question = asked(one)
    if (guesses === null || usually === null || usually === undefined) return question
    const text = changing(question.text, values.length + 1)
    return guesses.check(sql, { ...question, text, values: [...values, usually] })
  })
  return { questions, guess: result(statements.map(({ usually }) => usually ?? 0)) }
}

/** A guess is that there is ample room, as nearly always. */
function roomPlan({ hold, again }: RoomQuestions, guesses: Guesses | null): Plan {
  const { text } = hold
  if (guesses?.mayGuess(text) === true) {
    const checks = [hold, again].map((one) => guesses.check(text, { ...one, text: ample(one.text) }))
    return { questions: checks, guess: true }
  }
  return {
    questions: [hold, again],
    answerOf: ([held, counted]) => {
      if (held?.rows[0]?.is_ample !== true) return false
      // While this waited for the lock others may have filled it.
      if (counted?.rows[0]?.is_ample !== true) throw new Contention('the room was filled meanwhile')
      return true
    },
  }
}

const lockOf = ({ what, id, mode }: Extract<Statement, { readonly wants: 'lock' }>): Question => ({
  text: LOCK_SQL[mode],
  values: [LOCK_CLASSES[what], id % LOCK_OBJECTS],
  isKept: true,
})

/** The locks end with the transaction. Those who wait get them in the order in which they came. */
const LOCK_SQL: Readonly<Record<LockMode, string>> = {
  shared: 'SELECT pg_advisory_xact_lock_shared($1, $2)',
  exclusive: 'SELECT pg_advisory_xact_lock($1, $2)',
}

const CONNECTIONS_MAX: Question = {
  text: "SELECT current_setting('max_connections')::integer AS max",
  ...{ values: [], isKept: true },
}

/** In milliseconds since the Unix epoch. */
const TIME: Question = {
  text: 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now',
  ...{ values: [], isKept: true },
}

/** Without copying, and without what a Buffer has beyond its bytes. */
function plainBytes(kept: unknown): Uint8Array {
  if (!(kept instanceof Uint8Array)) throw new TypeError('a column of bytes has none')
  return new Uint8Array(kept.buffer, kept.byteOffset, kept.byteLength)
}

/** The server plans anew, for its values, what may find any number of rows. */
const asked = ({ sql, values }: Sql): Question => ({
  ...{ text: numbered(sql), values, isKept: !sql.includes(' LIMIT ?') && !sql.includes('(??)') },
})

/** Texts that are kept: more than all but those of searches, which have many forms. */
const KNOWN_MAX = 1_000
const known = new Map<string, string>()

/** `?` as `$1`, `$2`, …, and a list as an array. */
function numbered(sql: string): string {
  let text = known.get(sql)
  if (text === undefined) {
    let count = 0
    text = sql.replaceAll(/IN \(\?\?\)|\?/g, (mark) => (mark === '?' ? `$${++count}` : `= ANY ($${++count})`))
    if (known.size >= KNOWN_MAX) known.clear()
    known.set(sql, text)
  }
  return text
}
