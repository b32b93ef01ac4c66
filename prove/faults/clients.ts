import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../../src/core/errors.ts'
import { checkKnown } from '../known/check.ts'
import type { Door } from '../known/door.ts'
import { doorsAt } from '../known/index.ts'
import { type Known, liveOne } from '../known/life.ts'
import type { Run } from '../proof.ts'

/** A life that is left where it is: the server did not answer with success in time. */
class GivenUp extends Error {
  override readonly name = 'GivenUp'
}

const LANES = 4
const TRIES = 4
const PAUSE_MS = 40
/** A server that works again answers each kind of call within this. */
const RECOVERY_MS = 30_000

/** Clients of all dialects, who try again a few times what fails, then leave it, and remember what they were answered. */
export class Clients {
  readonly #run: Run
  readonly #doors: readonly Door[]
  readonly #known = new Map<number, Known>()
  readonly #lanes: Promise<void>[] = []
  #lives = 0
  #isOver = false

  constructor(run: Run, url: string) {
    this.#run = run
    this.#doors = doorsAt(url)
  }

  start(): void {
    for (let lane = 0; lane < LANES; lane += 1) this.#lanes.push(this.#live())
    this.#lanes.push(this.#read())
  }

  /** Resolves when no call is underway. */
  async stop(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#lanes.splice(0))
    this.#isOver = false
  }

  /** Lives one life by each door, with success. What still fails after a time is a failure of the proof. */
  async requireRecovery(after: string): Promise<void> {
    for (const door of this.#doors.keys()) {
      const endsAt = performance.now() + RECOVERY_MS
      await this.#liveOne(door, async (step) => {
        for (;;) {
          try {
            return await step()
          } catch (error) {
            if (performance.now() < endsAt && !this.#run.signal.aborted) await delay(PAUSE_MS)
            else throw new GivenUp(messageOf(error))
          }
        }
      }).catch((error: unknown) => {
        const name = this.#doors[door]?.name
        this.#run.fail(`${name}: does not work again after ${after}`, { error: messageOf(error) })
      })
    }
  }

  /** Asks for every file. To be called while nobody else calls, on a server that works. */
  async checkAll(after: string): Promise<void> {
    for (const known of this.#known.values()) {
      const verdict = await checkKnown(this.#doors, known)
      this.#run.count('files asked for')
      if (verdict !== null) this.#run.fail(verdict.what, { after, ...verdict.details })
    }
    // Uploads that were open are completed now, and what was asked for is settled: their files say nothing new.
    for (const known of [...this.#known.values()])
      if (known.state.type !== 'there' || known.asked.type !== 'nothing') this.#known.delete(known.life)
  }

  /** Reads all files, whole and from some byte on: each has to be whole or refused. Returns how many reads were refused. */
  async readAll(after: string): Promise<number> {
    let refused = 0
    for (const known of this.#known.values())
      for (const from of ['beginning', 'anywhere'] as const)
        if ((await this.#readOne(known, after, from)) === 'refused') refused += 1
    return refused
  }

  async #live(): Promise<void> {
    while (!this.#isOver) {
      await this.#liveOne(this.#run.random.int(this.#doors.length), (step) => this.#patiently(step)).catch(
        (error: unknown) => {
          if (!(error instanceof GivenUp)) throw error
          this.#run.count('lives left')
        },
      )
      this.#run.count('lives')
    }
  }

  async #liveOne(door: number, attempt: <T>(step: () => Promise<T>) => Promise<T>): Promise<void> {
    this.#lives += 1
    await liveOne({
      ...{ life: this.#lives, door, doors: () => this.#doors, random: this.#run.random, attempt },
      tell: (known) => this.#known.set(known.life, known),
    })
  }

  async #patiently<T>(step: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await step()
      } catch (error) {
        this.#run.count('calls refused or lost')
        if (tries >= TRIES || this.#isOver) throw new GivenUp(messageOf(error))
        await delay(PAUSE_MS * tries)
      }
    }
  }

  /** Reads what is there all the time. */
  async #read(): Promise<void> {
    while (!this.#isOver) {
      const all = [...this.#known.values()]
      const known = all[this.#run.random.int(Math.max(1, all.length))]
      if (known !== undefined) await this.#readOne(known, 'while it is there')
      await delay(PAUSE_MS / 4)
    }
  }

  async #readOne(
    known: Known,
    when: string,
    where: 'beginning' | 'anywhere' = this.#run.random.int(2) === 0 ? 'beginning' : 'anywhere',
  ): Promise<'whole' | 'refused' | 'other'> {
    const { state, asked, file, life } = known
    const door = this.#doors[known.door]
    if (state.type !== 'there' || asked.type !== 'nothing' || door === undefined) return 'other'
    const wanted = Buffer.concat(door.pieces(file))
    const from = where === 'beginning' ? 0 : this.#run.random.int(wanted.byteLength)
    const found = await door.read(state.handle, from).catch(() => 'refused' as const)
    // It may have been moved or removed meanwhile.
    if (this.#known.get(life) !== known) return 'other'
    this.#run.count('reads')
    if (found === 'refused') return 'refused'
    const what = found === null ? 'a file is told to be gone' : 'a file is read with other bytes'
    if (found === null || !found.equals(wanted.subarray(from)))
      this.#run.fail(`${door.name}: ${what}`, { when, from, file, state })
    return 'whole'
  }
}
