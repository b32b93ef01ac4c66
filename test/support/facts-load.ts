import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import type { ObjectId } from '../../src/core/ids.ts'
import { outcomeOf } from '../contracts/metadata/store.ts'
import { extentsOf, type Tenant } from '../contracts/metadata/tenant.ts'

export const CALLERS = 16

/** Callers that put small objects and commit uploads, again and again. */
export class FactsLoad {
  readonly answered: ObjectId[] = []
  readonly counts = { ok: 0, unavailable: 0 }
  /** Outcomes that there should not be. */
  readonly others: string[] = []
  readonly #tenant: Tenant
  readonly #progress = new EventTarget()
  #isRunning = true

  constructor(tenant: Tenant) {
    this.#tenant = tenant
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: CALLERS }, () => this.#call()))
  }

  stop(): void {
    this.#isRunning = false
  }

  async reaches(outcome: 'ok' | 'unavailable', count: number): Promise<void> {
    while (this.counts[outcome] < count) await once(this.#progress, 'progress')
  }

  async #call(): Promise<void> {
    for (let turn = 0; this.#isRunning; turn++) {
      const outcome = await outcomeOf(this.#make(turn % 2 === 0))
      if (outcome === 'ok' || outcome === 'unavailable') this.counts[outcome] += 1
      else this.others.push(outcome)
      // A server that is away refuses at once, and starts no sooner when it is asked without a pause.
      if (outcome === 'unavailable') await setTimeout(20)
      this.#progress.dispatchEvent(new Event('progress'))
    }
  }

  async #make(isWhole: boolean): Promise<void> {
    const tenant = this.#tenant
    if (isWhole) {
      this.answered.push((await tenant.put({ staged: tenant.inline('bytes') })).id)
      return
    }
    const upload = await tenant.beginWith('part')
    await tenant.attach(upload, 2, await tenant.stored(1000))
    this.answered.push((await tenant.commit(upload)).id)
  }
}

/** Fails unless all that was answered is there. */
export async function checkAnswered(tenant: Tenant, answered: readonly ObjectId[]): Promise<void> {
  for (const id of answered) {
    const object = await tenant.findObject({ id })
    assert.ok(object?.content, `${id} was answered and is lost`)
    const extents = await extentsOf(tenant.metadata, object.content.blob)
    assert.equal(extents.length, object.content.partCount)
  }
  const { objects, total } = await tenant.list({ limit: 1_000_000 })
  assert.ok(total >= answered.length)
  assert.equal(objects.length, total)
}
