import type { Clock } from '../core/clock.ts'
import type { JsonObject } from '../core/model/json.ts'
import type { DiskRoom } from '../disk-room.ts'
import type { RequestNotes } from '../http/request-log.ts'
import { DayFiles } from './files.ts'

export interface RefusalsOptions {
  /** Of this node alone. */
  readonly dir: string
  readonly clock: Clock
  readonly room: Pick<DiskRoom, 'require'>
  /** Is told once when refusals cannot be kept. */
  readonly onProblem: (error: unknown) => void
}

/** Requests of the last days that were refused or failed on this node, with more than the log has. */
export interface Refusals {
  /** Takes the notes of a request. Never fails, and never waits. */
  add(notes: RequestNotes): void
  /** The request that was given this id; null for one that is not known, or was served. */
  find(requestId: string): Promise<JsonObject | null>
  /** The newest ones, the newest first. */
  latest(limit: number): readonly JsonObject[]
  /** Writes what is waiting. */
  stop(): Promise<void>
}

const LIMITS = { daysMax: 7, sizeMax: 32 * 1024 * 1024 }
/** Refusals that are kept of one second: somebody who is refused without end leaves no more. */
const PER_SECOND_MAX = 200
const WRITE_AFTER_MS = 500
const LATEST_MAX = 500

export function keepRefusals({ dir, clock, room, onProblem }: RefusalsOptions): Refusals {
  return new Kept(new DayFiles(dir, LIMITS), clock, room, onProblem)
}

class Kept implements Refusals {
  readonly #files: DayFiles
  readonly #clock: Clock
  readonly #room: RefusalsOptions['room']
  readonly #onProblem: (error: unknown) => void
  readonly #latest: JsonObject[] = []
  #waiting: string[] = []
  #writing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | null = null
  #second = 0
  #inSecond = 0
  #isProblemTold = false

  constructor(
    files: DayFiles,
    clock: Clock,
    room: RefusalsOptions['room'],
    onProblem: (error: unknown) => void,
  ) {
    this.#files = files
    this.#clock = clock
    this.#room = room
    this.#onProblem = onProblem
  }

  add({ why, ...notes }: RequestNotes): void {
    const now = this.#clock.now()
    const second = Math.floor(now / 1000)
    if (second !== this.#second) this.#inSecond = 0
    this.#second = second
    this.#inSecond += 1
    if (this.#inSecond > PER_SECOND_MAX) return
    const told: unknown = typeof why === 'function' ? why() : null
    const record = { at: new Date(now).toISOString(), ...notes, ...(told === null ? {} : { why: told }) }
    const line = JSON.stringify(record)
    this.#latest.push(JSON.parse(line))
    if (this.#latest.length > LATEST_MAX) this.#latest.shift()
    this.#waiting.push(line)
    this.#timer ??= setTimeout(() => this.#write(), WRITE_AFTER_MS).unref()
  }

  async find(requestId: string): Promise<JsonObject | null> {
    const known = this.#latest.find((record) => record.requestId === requestId)
    if (known !== undefined) return known
    const named = JSON.stringify(requestId)
    for await (const line of this.#files.lines()) {
      if (!line.includes(named)) continue
      const record = recordOf(line)
      if (record?.requestId === requestId) return record
    }
    return null
  }

  latest(limit: number): readonly JsonObject[] {
    return this.#latest.slice(-limit).reverse()
  }

  async stop(): Promise<void> {
    this.#write()
    await this.#writing
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const lines = this.#waiting
    this.#waiting = []
    if (lines.length === 0) return
    const text = `${lines.join('\n')}\n`
    const day = new Date(this.#clock.now()).toISOString().slice(0, 10)
    this.#writing = this.#writing.then(() => this.#keep(day, text))
  }

  /** What cannot be kept is left out: the server goes on without. */
  async #keep(day: string, text: string): Promise<void> {
    try {
      await this.#room.require(text.length)
      await this.#files.add(day, text)
    } catch (error) {
      if (!this.#isProblemTold) this.#onProblem(error)
      this.#isProblemTold = true
    }
  }
}

/** Null for a line that was cut. */
function recordOf(line: string): JsonObject | null {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
