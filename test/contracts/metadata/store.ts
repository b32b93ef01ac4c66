import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach } from 'node:test'
import { type CoreErrorCode, isCoreError } from '../../../src/core/errors.ts'
import type { Facts } from '../../../src/core/ports/facts.ts'
import { seededRandom } from './random.ts'
import { Tenant } from './tenant.ts'

/** One empty store under test. */
export interface MetadataStore {
  readonly metadata: Facts
  /** One more way into the same facts, as another node or process has it; closed by `close`. */
  another(): Promise<Facts>
  /** Closes everything, opens the same facts anew. */
  reopen(): Promise<Facts>
  /** Closes everything and removes what is left. */
  close(): Promise<void>
}

export type OpenMetadata = () => Promise<MetadataStore>

/** What tests work with: a store, and accounts that nobody else uses. */
export interface Bench {
  readonly store: MetadataStore
  readonly metadata: Facts
  tenant(): Tenant
}

/** One store for all tests of a suite: for tests that look at their own account only. */
export const sharedBench = (open: OpenMetadata): Bench => benchOf(open, before, after)

/** An empty store for each test: for commands that look at all accounts. */
export const freshBench = (open: OpenMetadata): Bench => benchOf(open, beforeEach, afterEach)

type Hook = (work: () => Promise<void>) => void

function benchOf(open: OpenMetadata, setUp: Hook, tearDown: Hook): Bench {
  const random = seededRandom(1)
  let tenants = 0
  let opened: MetadataStore | null = null
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
    tenant() {
      tenants += 1
      return new Tenant(this.metadata, `account-${tenants}`, random)
    },
  }
}

/** Holds that `work` fails with this core error, and with these facts about it. */
export async function failsWith(
  work: Promise<unknown>,
  code: CoreErrorCode,
  detail: Readonly<Record<string, string | number | boolean>> = {},
): Promise<void> {
  try {
    await work
  } catch (error) {
    assert.ok(isCoreError(error), `not a CoreError: ${error}`)
    assert.equal(error.code, code)
    assert.deepEqual({ ...error.detail, ...detail }, error.detail)
    return
  }
  assert.fail(`should have failed with ${code}`)
}

/** `ok`, or the code of the core error that `work` failed with. */
export async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'ok'
  } catch (error) {
    if (isCoreError(error)) return error.code
    throw error
  }
}
