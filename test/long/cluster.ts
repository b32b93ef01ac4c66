import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Cluster, type SharedStores } from '../cluster/topology.ts'
import { type Acknowledged, isThere, liveOneLife } from '../cluster/workload.ts'
import { startPostgres } from '../support/postgres.ts'
import { stowage } from '../support/program.ts'
import { s3ServerMissing, startS3 } from '../support/s3.ts'
import { seeded } from '../support/seeded.ts'

/** How many lives are lived, at the least, while how many things break, at the least. */
const LIVES = 24
const DEEDS = 12
/** Lives at a time. */
const WIDTH = 4

describe('three nodes, one PostgreSQL, one S3 server', { skip: s3ServerMissing() }, () => {
  test('lose nothing acknowledged while nodes are killed and stores restart', async (t) => {
    const random = seeded(t)
    const postgres = await startPostgres()
    const s3 = await startS3()
    const stores: SharedStores = {
      settings: { metadata: postgres.url, blobs: s3.url, sweep_interval_s: '1' },
      env: s3.env,
    }
    const cluster = await Cluster.start(stores)
    t.after(async () => {
      await cluster.stop()
      await s3.close()
      await postgres.close()
    })
    const acknowledged: Acknowledged[] = []
    let deeds = 0
    const isOver = () => acknowledged.length >= LIVES && deeds >= DEEDS

    const client = async () => {
      while (!isOver()) acknowledged.push(await liveOneLife(cluster.url, random))
    }
    const breakNode = async () => {
      const index = random.int(cluster.size)
      await cluster.killNode(index)
      await cluster.startNode(index)
    }
    const breakPostgres = async () => {
      await postgres.stop(random.int(2) === 0 ? 'fast' : 'kill')
      await postgres.start()
    }
    const breakS3 = async () => {
      await s3.stop()
      await s3.start()
    }
    const saboteur = async () => {
      const kinds = [breakNode, breakNode, breakNode, breakPostgres, breakS3]
      for (; !isOver(); deeds += 1) await kinds[random.int(kinds.length)]?.()
    }

    await Promise.all([saboteur(), ...Array.from({ length: WIDTH }, client)])
    t.diagnostic(`${acknowledged.length} lives, ${deeds} kills and restarts`)

    for (const file of acknowledged) assert.ok(await isThere(cluster.url, file), `${file.url} is damaged`)
    const env = {
      ...{ ...s3.env, STOWAGE_ACCOUNTS: '[]' },
      ...{ STOWAGE_METADATA: postgres.url, STOWAGE_BLOBS: s3.url },
      STOWAGE_SECRET_KEY_FILE: cluster.secretKeyFile,
    }
    const { code, stdout, stderr } = await stowage(['fsck', '--rate', '0'], env)
    assert.equal(code, 0, `${stdout}${stderr}`)
    assert.match(stdout, /, 0 findings\n$/)
  })
})
