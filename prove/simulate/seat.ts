import { CoreError, type CoreErrorCode } from '../../src/core/errors.ts'
import { Chance, seedOf } from './chance.ts'
import { type Fate, fateOf } from './fate.ts'
import type { Op } from './plan.ts'
import type { World } from './world.ts'

/** A call to a store. */
export interface Call<Result> {
  readonly what: string
  /** The store may do it twice by itself. */
  readonly isRepeatable: boolean
  /** The error that stands for a lost answer. */
  readonly code: CoreErrorCode
  /** Until it happens late; default as its fate says. */
  readonly lateMs?: number
  /** Does it, when it arrives. Throws what the store answers with, a CoreError. */
  happen(): Result
}

type Outcome<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly error: unknown }

/** Whether whoever waits for an answer is still there. */
interface Life {
  isOver: boolean
}

/** Where one operation of a history stands. All its calls to the stores go through here. */
export class Seat {
  #world: World | null = null
  #op: Op | null = null
  #life: Life = { isOver: true }
  #calls = 0
  #touchedAt = 0
  #chance = new Chance(0)
  #hadFault = false
  #hadTwo = false
  #longestMs = 0

  /** The operation begins. */
  take(world: World, op: Op): void {
    this.#world = world
    this.#op = op
    this.#life = { isOver: false }
    this.#calls = 0
    this.#touchedAt = world.timeline.now()
    this.#chance = new Chance(seedOf(world.seed, 1000 + op.id))
    this.#hadFault = false
    this.#hadTwo = false
    this.#longestMs = 0
  }

  /** The node dies: no answer arrives any more. */
  leave(): void {
    this.#life.isOver = true
  }

  isOf(world: World): boolean {
    return this.#world === world
  }

  get world(): World {
    if (this.#world === null) throw new Error('nobody has this seat')
    return this.#world
  }

  get op(): Op {
    if (this.#op === null) throw new Error('nobody has this seat')
    return this.#op
  }

  /** Whether a call fared badly: then any failure of a store may come of it. */
  get hadFault(): boolean {
    return this.#hadFault
  }

  /** The longest time between two moments in which the operation did something. */
  get longestMs(): number {
    return this.#longestMs
  }

  /** A failure of a store that has a good reason: what is asked for ended meanwhile. */
  excuse(): void {
    this.#hadFault = true
  }

  /** Whether a store did a call twice: then what is told is what the second time found. */
  get hadTwo(): boolean {
    return this.#hadTwo
  }

  get chance(): Chance {
    return this.#chance
  }

  touch(): void {
    const now = this.world.timeline.now()
    this.#longestMs = Math.max(this.#longestMs, now - this.#touchedAt)
    this.#touchedAt = now
  }

  /** Waits, unless the node dies. */
  pause(ms: number): Promise<void> {
    const life = this.#life
    return new Promise((resolve) => {
      this.world.timeline.after(ms, () => {
        if (life.isOver) return
        this.touch()
        resolve()
      })
    })
  }

  /** Sends a call, and gives its answer when it comes. */
  call<Result>(call: Call<Result>): Promise<Result> {
    this.touch()
    const { world, op } = this
    const life = this.#life
    const fate = fateOf(world.seed, op, this.#calls)
    const number = this.#calls++
    world.calls += 1
    const { timeline } = world
    return new Promise((resolve, reject) => {
      const answer = (outcome: Outcome<Result>): void =>
        timeline.after(fate.backMs, () => {
          if (life.isOver) return
          this.touch()
          if (outcome.ok) resolve(outcome.value)
          else reject(outcome.error)
        })
      timeline.after(fate.thereMs, () => {
        if (life.isOver && !fate.outlives) return
        this.#happen(call, fate, number, answer)
      })
    })
  }

  #happen<Result>(
    call: Call<Result>,
    fate: Fate,
    number: number,
    answer: (outcome: Outcome<Result>) => void,
  ): void {
    const { timeline } = this.world
    const op = this.op
    const once = (word: string): Outcome<Result> => {
      const outcome = outcomeOf(call.happen)
      this.world.tell(() => `${nameOf(op)} call ${number}: ${call.what} ${word}${wordsOf(outcome)}`)
      return outcome
    }
    const failure: Outcome<Result> = { ok: false, error: new CoreError(call.code, 'the answer was lost') }
    if (fate.how !== 'done') this.#hadFault = true
    switch (fate.how === 'twice' && !call.isRepeatable ? 'done' : fate.how) {
      case 'done':
        answer(once('is done'))
        break
      case 'refused':
        this.world.tell(() => `${nameOf(op)} call ${number}: ${call.what} fails`)
        answer(failure)
        break
      case 'lost':
        once('is done, its answer lost')
        answer(failure)
        break
      case 'late':
        this.world.tell(() => `${nameOf(op)} call ${number}: ${call.what} fails, and is done later`)
        timeline.after(call.lateMs ?? fate.moreMs, () => void once('is done late'))
        answer(failure)
        break
      case 'twice':
        this.#hadTwo = true
        once('is done')
        timeline.after(fate.moreMs, () => answer(once('is done again')))
    }
  }
}

export const nameOf = ({ id, act }: Op): string => `${id} ${act.do}`

function outcomeOf<Result>(happen: () => Result): Outcome<Result> {
  try {
    return { ok: true, value: happen() }
  } catch (error) {
    if (error instanceof CoreError) return { ok: false, error }
    throw error
  }
}

const wordsOf = (outcome: Outcome<unknown>): string =>
  outcome.ok || !(outcome.error instanceof CoreError) ? '' : `: ${outcome.error.code}`
