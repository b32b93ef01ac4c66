import { randomFillSync } from 'node:crypto'
import { closeSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Enough for the log of many deletions; with `LOW_CHECKPOINT_PAGES` it is used again and again. */
export const HEADROOM_SIZE = 16 * 1024 * 1024
const CHUNK_SIZE = 1024 * 1024
/** With less than this, the database cannot be opened for sure. */
const OPENING_SIZE = 4 * 1024 * 1024

/**
 * A file beside the database that is there for its room alone. It is given back when the disk is full, so that what frees
 * room can always be written down. Blocks.
 */
export class Headroom {
  readonly #path: string
  #isHeld: boolean

  constructor(databasePath: string) {
    this.#path = `${databasePath}-headroom`
    this.#isHeld = statSync(this.#path, { throwIfNoEntry: false })?.size === HEADROOM_SIZE
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  /** Gives the room back if the disk is so full that the database may not open. */
  prepareOpening(): void {
    const { bavail, bsize } = statfsSync(dirname(this.#path))
    if (bavail * bsize < OPENING_SIZE) this.giveBack()
  }

  /** Takes the room. Where that fails, nothing is taken. */
  take(): void {
    if (this.#isHeld) return
    try {
      // A part of it may be left of a process that ended.
      rmSync(this.#path, { force: true })
      fill(this.#path)
      this.#isHeld = true
    } catch {
      this.giveBack()
    }
  }

  giveBack(): void {
    this.#isHeld = false
    try {
      rmSync(this.#path, { force: true })
    } catch {
      // The disk stays as full as it is.
    }
  }
}

/** Random bytes: a file system that compresses has to keep all of them. */
function fill(path: string): void {
  const chunk = randomFillSync(Buffer.allocUnsafe(CHUNK_SIZE))
  const fd = openSync(path, 'wx', 0o600)
  try {
    for (let size = 0; size < HEADROOM_SIZE; ) size += writeSync(fd, chunk)
  } finally {
    closeSync(fd)
  }
}
