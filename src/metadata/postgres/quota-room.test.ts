import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { outcomeOf } from '../../../test/contracts/metadata/store.ts'
import { Tenant } from '../../../test/contracts/metadata/tenant.ts'
import { Tree } from '../../../test/contracts/trees/tree.ts'
import { createDatabase, queryOnce } from '../../../test/support/postgres.ts'
import { openPostgresMetadata } from './index.ts'

const MEBIBYTE = 1_048_576
/** How large a commit may be that others go on beside. */
const SMALL = 16 * MEBIBYTE
/** How many may be committed side by side before one goes on at a time. */
const AMPLE = 10
const TOO_MANY = 20
/** Commits in one directory wait for each other anyway. */
const VOLUMES = 30

describe('a quota that is filled from several nodes at once', () => {
  test('holds as many bytes as it may, from ample room to none', async () => {
    const { url, drop } = await createDatabase()
    const nodes = await Promise.all([1, 2, 3].map(() => openPostgresMetadata({ url, poolMax: 12 })))
    const [first] = nodes
    try {
      const [row] = await queryOnce(url, "SELECT current_setting('max_connections') AS max")
      const most = Number(row?.max) + AMPLE
      const tenant = new Tenant(first ?? assert.fail(), 'account', seededRandom(1))
      const trees: Tree[] = []
      for (let index = 0; index < VOLUMES; index++) {
        const node = nodes[index % nodes.length] ?? assert.fail()
        trees.push(await Tree.create(node, tenant.through(node), 'realm', `v${index}`))
      }
      const [tree = assert.fail()] = trees
      const { account, realm } = tree.volume
      const volumes = trees.map(({ volume }) => volume.volume)
      const capacity = most * SMALL
      await tree.facts.createQuota({ account, realm, volumes, capacity, attributes: {} })
      const outcomes = await Promise.all(
        Array.from({ length: most + TOO_MANY }, (_, index) =>
          outcomeOf((trees[index % VOLUMES] ?? tree).write(`f${index}`, SMALL)),
        ),
      )
      assert.equal(outcomes.filter((outcome) => outcome === 'ok').length, most)
      assert.equal(outcomes.filter((outcome) => outcome === 'quota-exceeded').length, TOO_MANY)
      assert.equal(await tree.facts.realmBytes({ account, realm }), capacity)
    } finally {
      for (const metadata of nodes) await metadata.close()
      await drop()
    }
  })
})
