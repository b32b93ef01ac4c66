import { statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Growth } from '../commands/command.ts'
import type { Db } from './db.ts'

/** How long a look at the disk counts. What was written since is taken off. */
const LOOK_MS = 250
/** A refusal looks again once the last look is so old. */
const REFUSED_LOOK_MS = 50

/** What of the reserve a command may use. */
const SHARE: Readonly<Record<Exclude<Growth, 'always'>, number>> = { grows: 0, needed: 1 / 2 }

const LITTLE = 1024 * 1024
/** So many commands that are needed to remove something are done whatever is free, until there is room again. */
const LAST_COMMANDS = 1_000

/**
 * Knows how much the database may still grow: what is free on its disk and in its file, less what the log will still add to
 * the file, less the reserve. Half of the reserve is free on the disk itself, for the log.
 */
export class DatabaseRoom {
  readonly #db: Db
  readonly #path: string
  readonly #reserveBytes: number
  readonly #pageSize: number
  #onDisk = 0
  #inAll = 0
  #lookedAt = Number.NEGATIVE_INFINITY
  #lastCommands = LAST_COMMANDS

  constructor(db: Db, path: string, reserveBytes: number) {
    this.#db = db
    this.#path = path
    this.#reserveBytes = reserveBytes
    this.#pageSize = numberOf(db, 'page_size')
  }

  /** Free bytes of the disk, at the last look. */
  get free(): number {
    return this.#onDisk
  }

  /** Whether a command of about `size` bytes may be done. If so, they count as written. */
  admits(growth: Growth, size: number): boolean {
    if (growth === 'always') return true
    const age = performance.now() - this.#lookedAt
    if (age > LOOK_MS || (age > REFUSED_LOOK_MS && !this.#fits(growth, size))) this.#look()
    if (!this.#fits(growth, size)) return growth === 'needed' && this.#lastCommands-- > 0
    this.#lastCommands = LAST_COMMANDS
    this.#onDisk -= size
    this.#inAll -= size
    return true
  }

  /** Something was removed. Where there was little room, the next command looks at the disk. */
  freed(): void {
    if (!this.#fits('grows', LITTLE)) this.#lookedAt = Number.NEGATIVE_INFINITY
  }

  #fits(growth: Exclude<Growth, 'always'>, size: number): boolean {
    const kept = this.#reserveBytes * (1 - SHARE[growth])
    return size <= this.#inAll - kept && size <= this.#onDisk - kept / 2
  }

  /** A disk that cannot be asked limits nothing: what does not fit fails when it is written. */
  #look(): void {
    try {
      this.#ask()
    } catch {
      this.#onDisk = Number.POSITIVE_INFINITY
      this.#inAll = Number.POSITIVE_INFINITY
    }
    this.#lookedAt = performance.now()
  }

  #ask(): void {
    const { bavail, bsize } = statfsSync(dirname(this.#path))
    const inLog = numberOf(this.#db, 'page_count') * this.#pageSize - statSync(this.#path).size
    this.#onDisk = bavail * bsize - Math.max(0, inLog)
    this.#inAll = this.#onDisk + numberOf(this.#db, 'freelist_count') * this.#pageSize
  }
}

const numberOf = (db: Db, pragma: 'page_size' | 'page_count' | 'freelist_count'): number =>
  db.one<Record<string, number>>(`PRAGMA ${pragma}`)?.[pragma] ?? 0
