import assert from 'node:assert/strict'
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { spawnServer } from '../support/harness.ts'
import { LoadClient } from '../support/load.ts'
import { stowage } from '../support/program.ts'

const EMBEDDED = { metadata: 'sqlite', blobs: 'disk' }
/** More than is kept with the facts. */
const SIZE = 100_000

describe('stowage fsck', () => {
  test('finds nothing beside a server under load; then what was damaged, and whose it is; the exit code tells', async () => {
    const server = await spawnServer({ settings: { ...EMBEDDED, sweep_interval_s: '1' } })
    const client = new LoadClient(server.url)
    const fsck = (...args: string[]) => stowage(['fsck', '--data-dir', server.dataDir, ...args])
    try {
      const running = new AbortController()
      const load = keepUploading(client, running.signal)
      const whole = await fsck('--rate', '0')
      running.abort()
      await load
      assert.deepEqual([whole.code, whole.stderr], [0, ''], whole.stdout)
      assert.match(whole.stdout, /, 0 findings\n$/)

      const blobs = join(server.dataDir, 'blobs')
      const [lost = ''] = readdirSync(blobs, { recursive: true, encoding: 'utf8' }).filter((file) =>
        /[0-9a-f]{32}$/.test(file),
      )
      rmSync(join(blobs, lost))
      writeFileSync(join(server.dataDir, 'notes.txt'), '')
      const { code, stdout } = await fsck('--quick', '--json')
      assert.equal(code, 1)
      const lines = stdout.trimEnd().split('\n')
      const [file, missing, end] = lines.map((line) => JSON.parse(line))
      assert.deepEqual([file.problem, file.path], ['unknown-file', 'notes.txt'])
      assert.equal(missing.problem, 'missing')
      assert.equal(missing.owners[0].dialect, 'iflytek-ost')
      assert.deepEqual([end.type, end.findings, end.isComplete], ['end', 2, true])

      const orphan = 'ab'.padEnd(32, '0')
      writeFileSync(join(blobs, 'ab', orphan), 'left')
      const repaired = await fsck('--repair', '--quick')
      assert.equal(repaired.code, 1)
      assert.match(repaired.stdout, /^unknown bytes: segment ab0+, 4 bytes/m)
      assert.match(repaired.stdout, /^removed: segment ab0+$/m)
      assert.ok(!existsSync(join(blobs, 'ab', orphan)))
    } finally {
      client.close()
      await server.dispose()
    }
  })

  test('ends with 2 where it cannot look, and with 1 where the database is none', async () => {
    const server = await spawnServer({ settings: EMBEDDED })
    try {
      await server.kill('SIGTERM')
      const refused = await stowage(['fsck', '--data-dir', join(server.dataDir, 'none')])
      assert.equal(refused.code, 2)
      assert.match(refused.stderr, /^stowage: data_dir: .* holds no data/)
      writeFileSync(join(server.dataDir, 'stowage.db'), 'no database, whatever its name says'.repeat(500))
      const damaged = await stowage(['fsck', '--data-dir', server.dataDir])
      assert.equal(damaged.code, 1)
      assert.match(damaged.stdout, /^damaged database: .*\n(.*\n)*.*restore a backup/)
    } finally {
      await server.dispose()
    }
  })
})

async function keepUploading(client: LoadClient, signal: AbortSignal): Promise<void> {
  for (let size = 10; !signal.aborted; size = size === 10 ? SIZE : 10) {
    await client.form('/file/upload', {}, Buffer.alloc(size))
  }
}
