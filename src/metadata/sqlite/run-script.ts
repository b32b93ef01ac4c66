import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { LOCKS, type Script, type ScriptValue, type Sql, type Statement } from '../commands/script.ts'
import { AccountRooms } from './account-rooms.ts'
import type { Db } from './db.ts'

/** Runs a script to its end within the caller's transaction. */
export function runScript<Result>(db: Db, script: Script<Result>): Result {
  let step = script.next()
  while (step.done !== true) step = script.next(answer(db, step.value))
  return step.value
}

/** Commands run one at a time, so nothing has to be locked. */
function answer(db: Db, statement: Statement): unknown {
  switch (statement.wants) {
    case 'row':
      return statementOf(db, statement).get(...valuesOf(statement))
    case 'rows':
      return statementOf(db, statement).all(...valuesOf(statement))
    case 'changes':
      return changesOf(db, statement)
    case 'counts':
      return statement.statements.map((one) => changesOf(db, one))
    case 'abreast':
      return statement.scripts.map((script) => runScript(db, script))
    case 'kept':
      return db.insert('INSERT INTO inline_bytes (bytes) VALUES (?)', statement.bytes)
    case 'bytes':
      return inlineBytes(db, statement.kept)
    case 'lock':
      return undefined
    case 'side-by-side':
      return 1
    case 'time':
      // Reads the file, so that the answer says that it is there.
      db.one('PRAGMA schema_version')
      return null
    case 'room':
      return false
    case 'account-room':
      return roomsOf(db).keep(db, statement.account, statement.bounds)
  }
}

const rooms = new WeakMap<Db, AccountRooms>()

function roomsOf(db: Db): AccountRooms {
  const known = rooms.get(db) ?? new AccountRooms()
  rooms.set(db, known)
  return known
}

const changesOf = (db: Db, statement: Sql): number =>
  Number(statementOf(db, statement).run(...valuesOf(statement)).changes)

const inlineBytes = (db: Db, kept: unknown): Uint8Array | null =>
  db.one<{ bytes: Uint8Array }>('SELECT bytes FROM inline_bytes WHERE id = ?', Number(kept))?.bytes ?? null

/** The statement without locks, with as many question marks for each list as `valuesOf` gives values. */
const statementOf = (db: Db, { sql, values }: Sql): StatementSync =>
  db.prepared(values.every(isScalar) ? sql : withMarks(sql, values.filter(isList)), withoutLocks)

const withoutLocks = (sql: string): string => sql.replaceAll(LOCKS, '')

function withMarks(sql: string, lists: readonly List[]): string {
  const marks = lists.map(marksFor)
  return sql.replaceAll('??', () => marks.shift() ?? '')
}

type List = Extract<ScriptValue, readonly unknown[]>

const isList = (value: ScriptValue): value is List => Array.isArray(value)
const isScalar = (value: ScriptValue): value is Exclude<ScriptValue, List> => !Array.isArray(value)

const marksFor = (list: List): string => Array.from({ length: roundedLength(list) }, () => '?').join(', ')

/** Lists are filled up to a power of two with a value that they have, so that there are few statements. */
const roundedLength = ({ length }: List): number => (length === 0 ? 0 : 2 ** Math.ceil(Math.log2(length)))

const valuesOf = ({ values }: Sql): readonly SQLInputValue[] =>
  values.every(isScalar) ? values : values.flatMap((value) => (isList(value) ? filledUp(value) : [value]))

function filledUp(list: List): readonly SQLInputValue[] {
  const last = list.at(-1) ?? null
  return [...list, ...Array.from({ length: roundedLength(list) - list.length }, () => last)]
}
