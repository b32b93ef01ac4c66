import { DatabaseSync } from 'node:sqlite'
import type { CommandName } from '../../src/metadata/commands/command.ts'
import { scriptOf } from '../../src/metadata/commands/index.ts'
import { stepsFor } from '../../src/metadata/schema/steps.ts'
import { Db } from '../../src/metadata/sqlite/db.ts'
import { migrate } from '../../src/metadata/sqlite/migrate.ts'
import { runScript } from '../../src/metadata/sqlite/run-script.ts'

/** The real commands, on a database in memory. Each history has it empty. */
export class Database {
  readonly #db: Db

  constructor() {
    const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true })
    database.exec('PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536')
    this.#db = new Db(database)
    migrate(this.#db, ':memory:', stepsFor('sqlite'))
  }

  begin(): void {
    this.#db.run('BEGIN')
  }

  /** Forgets all since the beginning. */
  end(): void {
    this.#db.run('ROLLBACK')
  }

  /** One command, atomically. Errors: those of the command, as they are. */
  run(name: CommandName, command: never): unknown {
    this.#db.run('SAVEPOINT command')
    try {
      const value = runScript(this.#db, scriptOf(name, command))
      this.#db.run('RELEASE command')
      return value
    } catch (error) {
      this.#db.run('ROLLBACK TO command')
      this.#db.run('RELEASE command')
      throw error
    }
  }

  /** The names of the segments in this state. */
  segments(state: 'live' | 'reserved' | 'garbage'): readonly string[] {
    const rows = this.#db.all<{ name: string }>(
      'SELECT lower(hex(name)) AS name FROM segments WHERE state = ?',
      state,
    )
    return rows.map(({ name }) => name)
  }

  /** How many rows a table has. */
  count(table: string): number {
    return this.#db.one<{ rows: number }>(`SELECT count(*) AS rows FROM ${table}`)?.rows ?? 0
  }

  close(): void {
    this.#db.close()
  }
}
