import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from './content.ts'
import type { Nodes } from './nodes.ts'
import type { Run } from './proof.ts'
import { type Call, type Reply, saysNothing, send, told } from './wire.ts'

/** An answer that a client of this API takes for "try again", though its status is none of that. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain'
}

/** A life that cannot go on: why has been told. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

/**
 * What a reply gives; undefined for a wrong answer. `isRepeated`: an earlier try got no answer, and may have done it.
 */
export type Reading<T> = (reply: Reply, isRepeated: boolean) => T | undefined

export interface Question<T> {
  readonly what: string
  /** Made anew for each try, since signatures tell the time. */
  readonly call: () => Call
  readonly read: Reading<T>
}

const PAUSE_MS = 25
/** So often is a call tried that gets no answer: for half a minute at the least, while servers run. */
const TRIES_MAX = 1_200
/** One of so many that were answered is asked once more, and has to be answered as it was. */
const REPEATED = 4

/** Clients and the nodes that they talk to. */
export class World {
  readonly run: Run
  readonly nodes: Nodes
  readonly pool: Pool
  #isOpen = true
  #underway = 0
  #serial = 0
  #answered = 0

  constructor(run: Run, nodes: Nodes) {
    this.run = run
    this.nodes = nodes
    this.pool = new Pool(run.random)
  }

  /** Calls that were answered so far. */
  get answered(): number {
    return this.#answered
  }

  get isOver(): boolean {
    return this.run.signal.aborted
  }

  /** A name that nothing else has. */
  name(suffix = ''): string {
    this.#serial += 1
    return `n${this.run.random.int(2 ** 32).toString(16)}-${this.#serial}${suffix}`
  }

  chance(of: number): boolean {
    return this.run.random.int(of) === 0
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.run.random.int(items.length)]
    if (item === undefined) throw new Error('nothing to choose from')
    return item
  }

  /** From now on calls wait. Resolves when none is underway. */
  async close(): Promise<void> {
    this.#isOpen = false
    while (this.#underway > 0) await delay(5)
    await delay(5)
  }

  open(): void {
    this.#isOpen = true
  }

  /** Asks nodes at random, of those that run or of these, until one answers. Fails for a wrong answer. */
  async ask<T>({ what, call, read }: Question<T>, among: readonly string[] | null = null): Promise<T> {
    let last: Reply | null = null
    let tries = 0
    for (let isRepeated = false; tries < TRIES_MAX; await delay(PAUSE_MS)) {
      if (this.isOver) throw new Broken('ended')
      const reply = await this.#try(call(), among)
      if (reply === null) continue
      last = reply
      tries += 1
      if (!saysNothing(reply)) {
        this.#answered += 1
        const value = this.#read(reply, isRepeated, read)
        if (value !== 'again') return value ?? this.#wrong(`${what}: a wrong answer`, reply)
      }
      this.run.count('calls without an answer, tried again')
      isRepeated = true
    }
    return this.#wrong(`${what}: no answer to ${tries} tries`, last)
  }

  /** As `ask`; sometimes it is asked once more, and has to be answered the same. */
  async askTwice<T>(question: Question<T>): Promise<T> {
    const first = await this.ask(question)
    if (!this.chance(REPEATED)) return first
    const again = await this.ask({ ...question, what: `${question.what}, repeated` })
    this.run.count('calls repeated')
    if (JSON.stringify(again) !== JSON.stringify(first))
      this.run.fail(`${question.what}: a repetition was answered otherwise`, { first, again })
    return first
  }

  /** One try at the nodes that run, whatever comes of it. Null where none runs. */
  async #try(call: Call, among: readonly string[] | null): Promise<Reply | null> {
    while (!this.#isOpen && !this.isOver) await delay(PAUSE_MS)
    const urls = among ?? this.nodes.urls
    if (urls.length === 0) return null
    this.#underway += 1
    try {
      return await send(this.pick(urls), this.nodes.publicUrl, call)
    } finally {
      this.#underway -= 1
    }
  }

  #read<T>(reply: Reply, isRepeated: boolean, read: Reading<T>): T | undefined | 'again' {
    try {
      return read(reply, isRepeated)
    } catch (error) {
      if (error instanceof TryAgain) return 'again'
      throw error
    }
  }

  #wrong(what: string, reply: Reply | null): never {
    const log = reply === null ? '' : this.nodes.logOf(reply.node)
    this.run.fail(what, { ...(reply === null ? {} : told(reply)), log })
    throw new Broken(what)
  }
}
