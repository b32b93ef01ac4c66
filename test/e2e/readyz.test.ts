import assert from 'node:assert/strict'
import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type SpawnedServer, spawnServer } from '../support/harness.ts'
import { LoadClient } from '../support/load.ts'
import { startPostgres } from '../support/postgres.ts'

interface Answer {
  readonly status: number
  readonly checks: Readonly<Record<string, { readonly state: string; readonly reason?: string }>>
}

async function ready({ url }: SpawnedServer): Promise<Answer> {
  const response = await fetch(`${url}/readyz`)
  const { checks } = (await response.json()) as Pick<Answer, 'checks'>
  return { status: response.status, checks }
}

/** The first answer with this status. */
async function until(server: SpawnedServer, status: number): Promise<Answer> {
  for (;;) {
    const answer = await ready(server)
    if (answer.status === status) return answer
    await setTimeout(50)
  }
}

const isLive = async ({ url }: SpawnedServer) => (await fetch(`${url}/healthz`)).status === 200

describe('/readyz', () => {
  test("says what was looked at, and which of the facts' files was deleted: nothing is answered with success then", async () => {
    const server = await spawnServer({ settings: { metadata: 'sqlite', blobs: 'disk' } })
    const client = new LoadClient(server.url)
    try {
      const { status, checks } = await ready(server)
      assert.equal(status, 200)
      const looks = ['blobs', 'clock', 'damages', 'data_dir', 'durability', 'metadata', 'reserve', 'scrub']
      assert.deepEqual(Object.keys(checks).sort(), looks)
      await client.form('/file/upload', {}, Buffer.alloc(1000))
      rmSync(join(server.dataDir, 'stowage.db'))
      await assert.rejects(client.form('/file/upload', {}, Buffer.alloc(1000)))
      const refused = await until(server, 503)
      assert.equal(refused.checks.metadata?.state, 'failed')
      assert.match(refused.checks.metadata?.reason ?? '', /stowage\.db was deleted or replaced/)
      assert.ok(await isLive(server))
    } finally {
      client.close()
      await server.dispose()
    }
  })

  test('a data folder that is moved away, and back', async () => {
    const server = await spawnServer({ settings: { metadata: 'sqlite', blobs: 'disk' } })
    const away = `${server.dataDir}-away`
    try {
      renameSync(server.dataDir, away)
      const { checks } = await until(server, 503)
      assert.match(checks.data_dir?.reason ?? '', /server\.lock was deleted or replaced/)
      assert.equal(checks.blobs?.state, 'failed')
      renameSync(away, server.dataDir)
      await until(server, 200)
    } finally {
      await server.dispose()
    }
  })

  test('a node that cannot reach PostgreSQL is not ready, and ready again when it can', async () => {
    const postgres = await startPostgres()
    const server = await spawnServer({ settings: { metadata: postgres.url, blobs: 'disk' } })
    try {
      assert.equal((await ready(server)).status, 200)
      await postgres.stop('kill')
      const { checks } = await until(server, 503)
      assert.deepEqual([checks.metadata?.state, checks.blobs?.state], ['failed', 'ok'])
      assert.ok(await isLive(server))
      await postgres.start()
      await until(server, 200)
    } finally {
      await server.dispose()
      await postgres.close()
    }
  })
})
