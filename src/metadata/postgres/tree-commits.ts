import type { Db } from './db.ts'
import type { CommandOf, ResultOf } from './types.ts'

export async function commitFile(
  _db: Db,
  _command: CommandOf<'commitFile'>,
): Promise<ResultOf<'commitFile'>> {
  throw new Error('to be written')
}
