import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { outcomeOf } from '../../../test/contracts/metadata/store.ts'
import { Tenant } from '../../../test/contracts/metadata/tenant.ts'
import { createDatabase, queryOnce } from '../../../test/support/postgres.ts'
import { openPostgresMetadata } from './index.ts'

/** How many may be put side by side before one goes on at a time. */
const AMPLE = 40
const TOO_MANY = 60

describe('a bucket that is filled from several nodes at once', () => {
  test('holds as many as it may, from ample room to none', async () => {
    const { url, drop } = await createDatabase()
    const nodes = await Promise.all([1, 2, 3].map(() => openPostgresMetadata({ url, poolMax: 12 })))
    try {
      const [row] = await queryOnce(url, "SELECT current_setting('max_connections') AS max")
      const objectsMax = Number(row?.max) + AMPLE
      const random = seededRandom(1)
      const tenants = nodes.map((metadata) => new Tenant(metadata, 'account', random))
      const puts = Array.from({ length: objectsMax + TOO_MANY }, (_, index) =>
        outcomeOf((tenants[index % tenants.length] ?? assert.fail()).put({ objectsMax })),
      )
      const outcomes = await Promise.all(puts)
      assert.equal(outcomes.filter((outcome) => outcome === 'ok').length, objectsMax)
      assert.equal(outcomes.filter((outcome) => outcome === 'quota-exceeded').length, TOO_MANY)
      assert.equal((await tenants[0]?.usage())?.objects, objectsMax)
    } finally {
      for (const metadata of nodes) await metadata.close()
      await drop()
    }
  })
})
