import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { messageOf } from './core/errors.ts'
import { makeFolders, syncFolders } from './durable-files.ts'
import { ConfigError, shown } from './settings/error.ts'

/** The file in a data folder that its server keeps locked. */
export const LOCK_NAME = 'server.lock'

const SQLITE_BUSY = 5

/** A data folder that is one server's alone. */
export interface DataLock {
  /** Throws a plain Error when the lock's file is not where it was: somebody deleted, moved or replaced the folder or the file. */
  require(): void
  release(): void
}

/**
 * Takes a data folder for one server, until it is released or the process ends, however it ends. Makes the folder where it is missing. The
 * lock is the system's own (SQLite's, on a file for nothing else), so it holds between containers too, and keeps nobody from the database.
 * Errors: ConfigError when another server has it, or when the folder cannot be made or locked.
 */
export function lockDataFolder(dataDir: string): DataLock {
  const file = join(dataDir, LOCK_NAME)
  let database: DatabaseSync | null = null
  try {
    syncFolders(dataDir, makeFolders(dataDir))
    // For its owner alone. One that is there is not opened: closing it would end a lock that this process has on it.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
    database = new DatabaseSync(file, { timeout: 0 })
    database.exec('BEGIN EXCLUSIVE')
    const held = database
    const identity = identityOf(file)
    return {
      require: () => {
        if (identityOf(file) !== identity)
          throw new Error(
            `${file} was deleted or replaced while the server runs: another server could start on the folder`,
          )
      },
      release: () => held.close(),
    }
  } catch (error) {
    database?.close()
    throw new ConfigError(`data_dir: is ${shown(dataDir)}, but ${reasonOf(error)}`)
  }
}

/** Which file is at a path. Null: none. */
function identityOf(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? null : `${found.dev}:${found.ino}`
}

function reasonOf(error: unknown): string {
  const isTaken =
    error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY
  if (isTaken)
    return 'another server runs on it; accepted: a folder of its own for each server, or stop the other one first'
  return `it cannot be used (${messageOf(error)}); accepted: a folder where this user may write, on a disk that has file locks`
}
