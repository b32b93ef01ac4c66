import { after, afterEach, before, beforeEach } from 'node:test'
import type { Facts } from '../../../src/core/ports/facts.ts'
import { seededRandom } from '../metadata/random.ts'
import type { MetadataStore } from '../metadata/store.ts'
import { Tenant } from '../metadata/tenant.ts'
import { Tree } from './tree.ts'

export { failsWith, outcomeOf } from '../metadata/store.ts'

/** One empty store under test, with all its ports. */
export interface FactsStore extends MetadataStore {
  readonly metadata: Facts
  another(): Promise<Facts>
  reopen(): Promise<Facts>
}

export type OpenFacts = () => Promise<FactsStore>

/** What tests work with: a store, and volumes that nobody else uses. */
export interface TreeBench {
  readonly store: FactsStore
  readonly metadata: Facts
  /** A new volume `one` of a realm and account of its own. */
  tree(): Promise<Tree>
}

/** One store for all tests of a suite: for tests that look at their own account only. */
export const sharedTrees = (open: OpenFacts): TreeBench => benchOf(open, before, after)

/** An empty store for each test: for commands that look at all accounts. */
export const freshTrees = (open: OpenFacts): TreeBench => benchOf(open, beforeEach, afterEach)

type Hook = (work: () => Promise<void>) => void

function benchOf(open: OpenFacts, setUp: Hook, tearDown: Hook): TreeBench {
  const random = seededRandom(1)
  let trees = 0
  let opened: FactsStore | null = null
  setUp(async () => {
    opened = await open()
  })
  tearDown(async () => {
    await opened?.close()
    opened = null
  })
  return {
    get store() {
      if (opened === null) throw new Error('a bench is for use inside tests')
      return opened
    },
    get metadata() {
      return this.store.metadata
    },
    tree() {
      trees += 1
      const tenant = new Tenant(this.metadata, `account-${trees}`, random)
      return Tree.create(this.metadata, tenant, 'realm', 'one')
    },
  }
}
