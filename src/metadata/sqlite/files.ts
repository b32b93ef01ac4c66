import { statSync } from 'node:fs'
import { CoreError } from '../../core/errors.ts'

/** A database in WAL mode is three files. SQLite makes each when it opens the database, and keeps it as long as anybody has it open. */
const ENDINGS = ['', '-wal', '-shm']

/** The files of an open database. SQLite goes on with what it has open when somebody deletes or replaces them: what it writes then is lost. */
export class DatabaseFiles {
  readonly #opened: readonly { readonly path: string; readonly identity: string }[]

  /** To be made when the database is open and was read from. */
  constructor(path: string) {
    this.#opened = ENDINGS.map((ending) => path + ending).flatMap((file) => {
      const identity = identityOf(file)
      return identity === null ? [] : [{ path: file, identity }]
    })
  }

  /** Why nothing that the open database says counts any more; null while all files are there. */
  lost(): CoreError | null {
    const gone = this.#opened.find(({ path, identity }) => identityOf(path) !== identity)
    if (gone === undefined) return null
    return new CoreError(
      'unavailable',
      `the database file ${gone.path} was deleted or replaced while the server runs, and nothing more is kept: put the same ` +
        'file back, or stop the server and restore a backup',
    )
  }
}

/** Which file is at a path. Null: none. */
function identityOf(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? null : `${found.dev}:${found.ino}`
}
