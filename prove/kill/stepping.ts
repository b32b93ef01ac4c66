import { setTimeout as delay } from 'node:timers/promises'
import { Ledger, type Thing } from '../ledger.ts'
import type { Nodes } from '../nodes.ts'
import type { Run } from '../proof.ts'
import type { Relay } from '../relay/relay.ts'
import type { Deed } from '../relay/steps.ts'
import { saysNothing, send, told } from '../wire.ts'
import { Broken, type Question, TryAgain, World } from '../world.ts'
import { auditStores } from './audit.ts'
import { COMMITS, type Commit, type Prepared } from './commits.ts'

/** The node behind the relay. */
const STEPPED = 0
const HOLD_MS = 3_000
const DEEDS: readonly Deed[] = ['kill before', 'kill after', 'hold', 'lose', 'cut']
const FAILURES_MAX = 20
/** So many of the commits are in the short form, as the seed has it. */
const SHORT_COMMITS = 2

/** What each call was answered first. */
type Answers = Map<Question<string>, string>

export interface Stepping {
  readonly nodes: Nodes
  /** Before the stores of the first node. */
  readonly relay: Relay
  /** At most so many of each commit, chosen at random. */
  readonly steps: number
}

/** Commits are broken off at each of their messages to the stores, one after the other. Other nodes read, and finish them. */
export async function stepThrough(run: Run, stepping: Stepping): Promise<void> {
  const world = new World(run, stepping.nodes)
  const stepper = new Stepper(world, stepping)
  for (const commit of run.isShort ? someOf(world, COMMITS) : COMMITS) {
    if (world.isOver) return
    const count = await stepper.count(commit)
    run.say(`${commit.name}: ${count} messages to the stores`)
    const made = stepper.made
    for (const [deed, index] of chosen(world, count, stepping.steps)) {
      if (world.isOver || stepper.failures >= FAILURES_MAX) return
      // A commit may have fewer messages this time: then one that comes sooner is taken.
      for (let at = index; at > 0 && !(await stepper.step(commit, deed, at)); ) at >>= 1
    }
    if (stepper.made === made) run.fail(`${commit.name}: no step was made`, { count })
  }
  await auditStores(run, stepping.nodes)
}

/** In the order that they have. */
function someOf({ run }: World, commits: readonly Commit[]): readonly Commit[] {
  const some = [...commits]
  while (some.length > SHORT_COMMITS) some.splice(run.random.int(some.length), 1)
  return some
}

/** Each deed at each message, or as many of them. */
function chosen({ run }: World, count: number, most: number): readonly (readonly [Deed, number])[] {
  const all = DEEDS.flatMap((deed) => Array.from({ length: count }, (_, at) => [deed, at + 1] as const))
  while (all.length > most) all.splice(run.random.int(all.length), 1)
  return all
}

class Stepper {
  failures = 0
  /** Steps at which something was done. */
  made = 0
  readonly #world: World
  readonly #ledger: Ledger
  readonly #stepping: Stepping

  constructor(world: World, stepping: Stepping) {
    this.#world = world
    this.#ledger = new Ledger(world)
    this.#stepping = stepping
  }

  /** The messages of a commit that nothing is done to. */
  async count(commit: Commit): Promise<number> {
    const { relay } = this.#stepping
    const prepared = await commit.prepare({ world: this.#world, ledger: this.#ledger })
    await relay.arm(null)
    await this.#once(prepared.part)
    await this.#commit(prepared, new Map())
    return (await relay.passed()).count
  }

  /** False where the commit was over before that step. */
  async step(commit: Commit, deed: Deed, index: number): Promise<boolean> {
    const { nodes, relay } = this.#stepping
    const { run } = this.#world
    let isMade = true
    try {
      const prepared = await commit.prepare({ world: this.#world, ledger: this.#ledger })
      await relay.arm({ index, deed, pid: nodes.pidOf(STEPPED), holdMs: HOLD_MS })
      await this.#breakOff(prepared, deed)
      const { done } = await relay.passed()
      isMade = done !== null
      run.count(isMade ? `steps: ${deed}` : 'steps that were not reached')
      if (isMade) this.made += 1
      await relay.arm(null)
    } catch (error) {
      if (!(error instanceof Broken)) throw error
      this.failures += 1
      this.made += 1
      const { done } = await relay.passed()
      run.fail(`the above: ${commit.name}, ${deed}, step ${index}: ${done}`)
    }
    if (deed.startsWith('kill')) await nodes.kill(STEPPED)
    await nodes.startAll()
    return isMade || this.#world.isOver
  }

  /** One node commits, and is broken off. Others read meanwhile, and commit too; then all have to tell the same. */
  async #breakOff(prepared: Prepared, deed: Deed): Promise<void> {
    const { nodes } = this.#stepping
    const others = this.#others()
    const answers = new Map<Question<string>, string>()
    const fetch = prepared.fetchOf(null)
    const thing = fetch === null ? null : this.#ledger.add('what is committed', [null], fetch)
    if ((await this.#once(prepared.part)) === null) await this.#world.ask(prepared.part, others)
    if (thing !== null) thing.may = [null, prepared.content]
    const isBeside = deed === 'hold' || this.#world.chance(2)
    const state = { isOver: false }
    const watched = thing === null ? Promise.resolve() : this.#watch(thing, state)
    const committing = await Promise.allSettled([
      this.#commit(prepared, answers),
      isBeside ? this.#commitPatiently(prepared, others, answers) : null,
    ])
    state.isOver = true
    await watched
    for (const each of committing) if (each.status === 'rejected') throw each.reason
    if (deed.startsWith('kill')) await nodes.kill(STEPPED)
    const starting = nodes.startAll()
    const last = await this.#commitPatiently(prepared, others, answers)
    const visible = thing ?? this.#ledger.add(last, [null], prepared.fetchOf(last) ?? (async () => null))
    visible.may = [prepared.content]
    for (const url of others) await this.#ledger.examine(visible, url)
    await starting
    await this.#commitPatiently(prepared, [this.#urlOf(STEPPED)], answers)
    await this.#ledger.examine(visible, this.#urlOf(STEPPED))
    this.#ledger.things.delete(visible)
  }

  /** The commits at the stepped node, each once, until one has no answer. */
  async #commit({ commits }: Prepared, answers: Answers): Promise<void> {
    for (const question of commits) {
      const answer = await this.#once(question)
      if (answer === null) return
      this.#same(question, answer, answers)
    }
  }

  /** Asks the stepped node once. Null: no answer, or "try again". A refusal is a failure. */
  async #once({ what, call, read }: Question<string>): Promise<string | null> {
    const reply = await send(this.#urlOf(STEPPED), this.#world.nodes.publicUrl, call())
    if (saysNothing(reply)) return null
    try {
      const answer = read(reply, false)
      return answer ?? this.#fail(`${what}: refused`, told(reply))
    } catch (error) {
      if (error instanceof TryAgain) return null
      throw error
    }
  }

  async #commitPatiently({ commits }: Prepared, urls: readonly string[], answers: Answers): Promise<string> {
    let last = ''
    for (const question of commits) {
      last = await this.#world.ask(question, urls)
      this.#same(question, last, answers)
    }
    return last
  }

  #same(question: Question<string>, answer: string, answers: Answers): void {
    const first = answers.get(question) ?? answer
    answers.set(question, first)
    if (first === answer) return
    this.#fail(`${question.what}: a repetition was answered otherwise`, { first, answer })
  }

  /** Reads at the other nodes, as soon as there is something. */
  async #watch(thing: Thing, state: { isOver: boolean }): Promise<void> {
    while (!state.isOver) {
      for (const url of this.#others()) await this.#ledger.examine(thing, url)
      await delay(20)
    }
  }

  #fail(what: string, details: Readonly<Record<string, unknown>>): never {
    const { run, nodes } = this.#world
    run.fail(what, { ...details, log: nodes.logOf(this.#urlOf(STEPPED)) })
    throw new Broken(what)
  }

  #urlOf(index: number): string {
    return this.#stepping.nodes.urlOf(index)
  }

  #others(): readonly string[] {
    const { nodes } = this.#stepping
    return Array.from({ length: nodes.count - 1 }, (_, at) => nodes.urlOf(at + 1))
  }
}
