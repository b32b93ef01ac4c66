import { setTimeout as delay } from 'node:timers/promises'
import { bordersOf, type Content, differenceOf, isRange, type Range, wholeOf } from './content.ts'
import { type Call, type Reply, saysNothing, send, told } from './wire.ts'
import type { World } from './world.ts'

/** A read that gets no whole answer for so long has lost its bytes. */
const TRIES_MAX = 400
const PAUSE_MS = 25

/** Asks one node, once. */
export type Sender = (call: Call) => Promise<Reply>

/** What a read may find: these bytes, or nothing. */
export type State = Content | null

/** Something that is or is not to be read. */
export interface Thing {
  readonly what: string
  /** Two while a call is underway that changes it, or had no answer. */
  may: readonly State[]
  /** Reads it, or these bytes of it. Null: the server says that there is nothing. Any other reply is as it came. */
  fetch(send: Sender, range: Range | null): Promise<Reply | null>
}

/** An upload whose parts a client can list. */
export interface OpenUpload {
  readonly what: string
  /** By number: MD5s in hexadecimal of what may be there; null for none. */
  readonly parts: Map<number, readonly (string | null)[]>
  /** The parts that the server tells, by number with their MD5, or the reply that tells none. */
  list(send: Sender): Promise<ReadonlyMap<number, string> | Reply>
}

/** An upload whose bytes are kept as far as an answer told. */
export interface OpenBytes {
  readonly what: string
  /** So many were answered. */
  least: number
  /** So many may be there: more than `least` while a piece is underway, or had no answer. */
  most: number
  /** How many the server has, or the reply that tells none. */
  tell(send: Sender): Promise<{ readonly offset: number } | Reply>
}

/** What has been promised so far. */
export class Ledger {
  readonly #world: World
  readonly things = new Set<Thing>()
  readonly uploads = new Set<OpenUpload>()
  readonly offsets = new Set<OpenBytes>()

  constructor(world: World) {
    this.#world = world
  }

  add(what: string, may: readonly State[], fetch: Thing['fetch']): Thing {
    const thing = { what, may, fetch }
    this.things.add(thing)
    return thing
  }

  /** Does what makes things be so. Until it is answered either may be. */
  async change<T>(changes: ReadonlyMap<Thing, State>, work: () => Promise<T>): Promise<T> {
    for (const [thing, state] of changes) thing.may = [...thing.may, state]
    const done = await work()
    for (const [thing, state] of changes) thing.may = [state]
    return done
  }

  /** Sends a part. Until it is answered what was there before may be. */
  async part<T>(upload: OpenUpload, number: number, md5: string, work: () => Promise<T>): Promise<T> {
    upload.parts.set(number, [...(upload.parts.get(number) ?? [null]), md5])
    const done = await work()
    upload.parts.set(number, [md5])
    return done
  }

  /** Reads a thing at a node, whole and in ranges across the borders of its pieces. */
  async examine(thing: Thing, node: string): Promise<void> {
    const found = await this.#read(thing, node, null)
    if (found === undefined) return
    // What was seen once stays: a change that had no answer has happened.
    if (found !== null || thing.may.at(-1) === null) thing.may = [found]
    if (found === null) return
    this.#world.run.count('reads compared')
    for (const range of this.#ranges(found)) {
      await this.#read(thing, node, range)
      this.#world.run.count('ranges compared')
    }
  }

  /** Compares the parts that a node tells with those that were answered. */
  async examineUpload(upload: OpenUpload, node: string): Promise<void> {
    const listed = await this.#patiently(node, (sender) => upload.list(sender))
    if (!(listed instanceof Map)) {
      this.#fail(`${upload.what}: its parts are not told`, listed as Reply)
      return
    }
    for (const [number, md5s] of upload.parts) {
      const md5 = listed.get(number) ?? null
      this.#world.run.count('parts compared')
      if (!md5s.includes(md5)) {
        const { run, nodes } = this.#world
        run.fail(`${upload.what}: part ${number} is another one`, { md5s, md5, log: nodes.logOf(node) })
      }
    }
  }

  /** Compares how far an upload is with what was answered. */
  async examineOffset({ what, least, most, tell }: OpenBytes, node: string): Promise<void> {
    const told = await this.#patiently(node, tell)
    if ('status' in told) {
      this.#fail(`${what}: it is not told how far it is`, told)
      return
    }
    this.#world.run.count('offsets compared')
    if (told.offset >= least && told.offset <= most) return
    const { run, nodes } = this.#world
    run.fail(`${what}: it is elsewhere`, { least, most, offset: told.offset, log: nodes.logOf(node) })
  }

  /** What was found: undefined for what has been told as a failure. */
  async #read(thing: Thing, node: string, range: Range | null): Promise<State | undefined> {
    const reply = await this.#patiently(node, (sender) => thing.fetch(sender, range))
    if (reply === null) {
      if (thing.may.includes(null)) return null
      this.#fail(`${thing.what} is not there`, null, node)
      return
    }
    if (saysNothing(reply) || (reply.status !== 200 && reply.status !== 206)) {
      this.#fail(`${thing.what}: a wrong answer to a read`, reply)
      return
    }
    const content = thing.may.find(
      (state) => state !== null && isRange(state, range ?? wholeOf(state), reply.bytes),
    )
    if (content !== undefined) return content
    this.#fail(
      `${thing.what} has other bytes, or should not be readable`,
      reply,
      node,
      differences(thing, range, reply),
    )
    return
  }

  /** Tries again while a node gives no whole answer, for some time. */
  async #patiently<T extends Reply | null | ReadonlyMap<number, string> | { readonly offset: number }>(
    node: string,
    work: (sender: Sender) => Promise<T>,
  ): Promise<T> {
    const { run, nodes } = this.#world
    for (let tries = 1; ; tries++) {
      const result = await work((call) => send(node, nodes.publicUrl, call))
      const isReply = result !== null && 'status' in result
      if (!isReply || !saysNothing(result) || run.signal.aborted || tries === TRIES_MAX) return result
      run.count('reads without an answer, tried again')
      await delay(PAUSE_MS)
    }
  }

  #ranges(content: Content): readonly Range[] {
    const borders = bordersOf(content)
    const across = borders.map((at): Range => [Math.max(0, at - 1000), Math.min(content.size, at + 1000)])
    const from = this.#world.run.random.int(content.size)
    return [...across, [from, Math.min(content.size, from + 70_000)], [content.size - 1, content.size]]
  }

  #fail(what: string, reply: Reply | null, node = reply?.node ?? '', more: object = {}): void {
    const { run, nodes } = this.#world
    run.fail(what, { node, ...(reply === null ? {} : told(reply)), ...more, log: nodes.logOf(node) })
  }
}

function differences({ may }: Thing, range: Range | null, { bytes }: Reply): object {
  const contents = may.filter((state) => state !== null)
  return { differences: contents.map((content) => differenceOf(content, range ?? wholeOf(content), bytes)) }
}
