import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { type SpawnedServer, spawnServer } from '../support/harness.ts'
import { LoadClient } from '../support/load.ts'
import { createDatabase } from '../support/postgres.ts'
import { MAIN, stowage } from '../support/program.ts'
import { describeS3, newBucket } from '../support/s3.ts'

const EMBEDDED = { metadata: 'sqlite', blobs: 'disk' }
/** More than is kept with the facts. */
const SIZE = 100_000
/** Of a part so large ranges are not checked where its blocks have no sums. */
const UNCHECKED = 2 * 1024 * 1024
/** Parts that are looked at before the place is told. */
const GROUP_PARTS = 64

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
      const [lost = ''] = segmentsIn(blobs)
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

  test('gives sums to the blocks of parts that have none with --repair, and ranges of them are checked then', async () => {
    const server = await spawnServer({ settings: EMBEDDED })
    const client = new LoadClient(server.url)
    try {
      const { data } = await client.form('/file/upload', {}, Buffer.alloc(UNCHECKED))
      change(server, 'UPDATE parts SET guard = NULL; DELETE FROM blocks')
      const looked = await stowage(['fsck', '--data-dir', server.dataDir])
      assert.deepEqual([looked.code, sumsIn(server)], [0, 0])
      const repaired = await stowage(['fsck', '--repair', '--data-dir', server.dataDir])
      assert.equal(repaired.code, 0)
      assert.match(repaired.stdout, /^written: the sums of the blocks of 1 parts that had none$/m)
      const folder = join(server.dataDir, 'blobs')
      const [segment = ''] = segmentsIn(folder)
      const bytes = readFileSync(join(folder, segment))
      bytes[UNCHECKED - 1] = 1
      writeFileSync(join(folder, segment), bytes)
      const ranged = async () =>
        (await fetch(data?.url ?? '', { headers: { range: 'bytes=1-' } })).arrayBuffer()
      await assert.rejects(ranged())
    } finally {
      client.close()
      await server.dispose()
    }
  })

  test('ends with 2 when it is interrupted, and tells where to go on', async () => {
    const server = await spawnServer({ settings: EMBEDDED })
    const client = new LoadClient(server.url)
    try {
      for (let index = 0; index < GROUP_PARTS; index += 1) {
        await client.form('/file/upload', {}, Buffer.alloc(10))
      }
      change(server, 'UPDATE parts SET crc32 = 1 WHERE blob = (SELECT min(blob) FROM parts)')
      await client.form('/file/upload', {}, Buffer.alloc(UNCHECKED), 10)
      const args = ['fsck', '--data-dir', server.dataDir]
      const looking = spawn(process.execPath, [MAIN, ...args, '--rate', '1'])
      const lines: string[] = []
      for await (const line of createInterface({ input: looking.stdout })) {
        // The first finding is told when its group is over.
        if (lines.push(line) === 1) looking.kill('SIGINT')
      }
      assert.equal(looking.exitCode ?? (await once(looking, 'exit'))[0], 2)
      const [, place = ''] =
        /^not everything was looked at: --resume (\S+) goes on$/.exec(lines.at(-1) ?? '') ?? []
      const rest = await stowage([...args, '--rate', '0', '--resume', place])
      assert.equal(rest.code, 0)
      assert.match(rest.stdout, /^1 part was looked at, .*, 0 findings\n$/)
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
      assert.equal((await stowage(['fsck', '--rate', 'fast', '--data-dir', server.dataDir])).code, 2)
      const path = join(server.dataDir, 'stowage.db')
      writeFileSync(path, 'no database, whatever its name says'.repeat(500))
      // A log that a stop left would give SQLite the good pages again.
      for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true })
      const damaged = await stowage(['fsck', '--data-dir', server.dataDir])
      assert.equal(damaged.code, 1)
      assert.match(damaged.stdout, /^damaged database: .*\n(.*\n)*.*restore a backup/)
    } finally {
      await server.dispose()
    }
  })
})

function change({ dataDir }: SpawnedServer, sql: string): void {
  const database = new DatabaseSync(join(dataDir, 'stowage.db'), { timeout: 5000 })
  database.exec(sql)
  database.close()
}

function sumsIn({ dataDir }: SpawnedServer): number {
  const database = new DatabaseSync(join(dataDir, 'stowage.db'), { timeout: 5000 })
  const row = database.prepare('SELECT count(*) AS sums FROM blocks').get()
  database.close()
  return Number(row?.sums)
}

const segmentsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /[0-9a-f]{32}$/.test(file))

async function keepUploading(client: LoadClient, signal: AbortSignal): Promise<void> {
  for (let size = 10; !signal.aborted; size = size === 10 ? SIZE : 10) {
    await client.form('/file/upload', {}, Buffer.alloc(size))
  }
}

describeS3('stowage fsck on stores that others run', () => {
  test('refuses bytes that are not those of the facts', async () => {
    const [{ url }, bucket, other] = await Promise.all([createDatabase(), newBucket(), newBucket()])
    const { accessKeyId: id, secretAccessKey: secret } = bucket.keys ?? {}
    const env: Readonly<Record<string, string>> =
      id === undefined || secret === undefined ? {} : { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret }
    const server = await spawnServer({ settings: { metadata: url, blobs: bucket.url }, env })
    const fsck = (blobs: string) => stowage(['fsck', '--quick', '--metadata', url, '--blobs', blobs], env)
    try {
      assert.equal((await fsck(bucket.url)).code, 0)
      for (const [blobs, why] of [
        [other.url, /^stowage: blobs: is s3:.*, but the bytes that the metadata knows are in s3:.*\n$/],
        ['disk', /^stowage: blobs: is disk:, but the bytes that the metadata knows are in s3:.*\n$/],
      ] as const) {
        const { code, stdout, stderr } = await fsck(blobs)
        assert.deepEqual([code, stdout], [2, ''])
        assert.match(stderr, why)
      }
    } finally {
      await server.dispose()
    }
  })
})
