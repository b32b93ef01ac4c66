import type { Db } from './db.ts'
import type { CommandOf, ResultOf } from './messages.ts'

export function commitFile(_db: Db, _command: CommandOf<'commitFile'>): ResultOf<'commitFile'> {
  throw new Error('to be written')
}
