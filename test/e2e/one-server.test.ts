import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { spawnServer, startTestServer, temporaryFolder } from '../support/harness.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const EMBEDDED = { metadata: 'sqlite', blobs: 'disk' }

/** What a program that ends by itself leaves behind. */
async function stowage(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stderr: string }> {
  try {
    const { stderr } = await promisify(execFile)(process.execPath, [MAIN, ...args])
    return { code: 0, stderr }
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string }
    return { code, stderr }
  }
}

describe('a data folder', () => {
  test("is one server's: the second is refused in one line that says what to do, commands are not", async () => {
    const server = await spawnServer({ settings: EMBEDDED })
    try {
      const second = await stowage('serve', '--listen=127.0.0.1:0', `--data-dir=${server.dataDir}`)
      assert.equal(second.code, 1)
      assert.match(
        second.stderr,
        /^stowage: data_dir: is ".*", but another server runs on it; accepted: .*stop the other one first\n$/,
      )
      assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
      const made = await stowage(
        'account',
        'create',
        '--name',
        'made beside it',
        `--data-dir=${server.dataDir}`,
      )
      assert.equal(made.code, 0, made.stderr)
    } finally {
      await server.dispose()
    }
  })

  test('is free again as soon as its server is gone, also by SIGKILL', async () => {
    const dataDir = temporaryFolder()
    try {
      for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
        const server = await spawnServer({ dataDir, settings: EMBEDDED })
        await server.kill(signal)
      }
      const first = await startTestServer({ dataDir, settings: EMBEDDED })
      await assert.rejects(startTestServer({ dataDir, settings: EMBEDDED }), /another server runs on it/)
      await first.stop()
      await (await startTestServer({ dataDir, settings: EMBEDDED })).stop()
    } finally {
      rmSync(dataDir, { recursive: true })
    }
  })

  test('whose start fails is free again', async () => {
    const dataDir = temporaryFolder()
    try {
      const settings = { metadata: 'sqlite', blobs: 's3://bucket/x?unknown=1' }
      await assert.rejects(startTestServer({ dataDir, settings }), /blobs: /)
      await (await startTestServer({ dataDir, settings: EMBEDDED })).stop()
    } finally {
      rmSync(dataDir, { recursive: true })
    }
  })
})
