import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { openPlace } from '../../src/backup/index.ts'
import { SWEEP_PAUSE } from '../../src/core/model/sweep-pause.ts'
import { startTestServer, type TestServer } from '../support/harness.ts'
import { foldersOfTests, MAIN } from '../support/program.ts'
import { beginByAll, commandsOn, requireIdentical, type Taken, underLoad, uploadByAll } from './rig.ts'

describe('backups of the embedded stores', () => {
  const folder = foldersOfTests()
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server.stop())
  const on = (dataDir: string) => commandsOn({ STOWAGE_DATA_DIR: dataDir })
  test('what was acknowledged before a backup under load reads identical after a restore', async () => {
    const [place, elsewhere] = [folder(), folder()]
    const acknowledged = await uploadByAll(server.url, 'before.wav', 1)
    const pending = await beginByAll(server.url, 2)
    await underLoad(server, () => on(server.dataDir).take(place))
    await on(elsewhere).restore(place)
    await on(elsewhere).requireWhole()
    const restored = await startTestServer({ dataDir: elsewhere })
    await requireIdentical(restored.url, acknowledged)
    for (const { what, bytes, upload } of pending) {
      const handle = await upload.complete(restored.url)
      assert.ok((await upload.read(restored.url, handle))?.equals(bytes), `${what}: the upload goes on`)
    }
    await restored.jobs.runAll()
    await requireIdentical(restored.url, acknowledged)
    await restored.stop()
    await on(elsewhere).requireWhole()
  })

  test('a second backup copies only what is new, and --keep removes what only older ones need', async () => {
    const place = folder()
    const { take, stowage } = on(server.dataDir)
    const first = await take(place)
    assert.equal(first.backup.copied.count, first.backup.segments.count)
    const again = await take(place)
    assert.equal(again.backup.copied.count, 0)
    await uploadByAll(server.url, 'gone.wav', 4)
    const second = await take(place)
    assert.ok(second.backup.copied.count > 0 && second.backup.copied.count < second.backup.segments.count)
    assert.match((await stowage('backup', place, '--list')).stdout, /^(\S+Z-\w{4} {2}\d+ segments.*\n){3}$/)
    const third = await take(place, '--keep', '1')
    assert.equal(third.removed.length, 3)
    assert.equal((await stowage('backup', place, '--verify')).code, 0)
    assert.equal(segmentsIn(place).length, third.backup.segments.count)
  })

  test('a backup that is killed counts for nothing, and what it copied whole is not copied again', async () => {
    const place = folder()
    await uploadByAll(server.url, 'killed.wav', 5)
    const child = spawn(process.execPath, [MAIN, 'backup', place, '--rate', '4'], {
      env: { ...process.env, STOWAGE_DATA_DIR: server.dataDir },
      stdio: 'ignore',
    })
    const ended = once(child, 'exit')
    while (segmentsIn(place).length < 2) await setTimeout(20)
    child.kill('SIGKILL')
    await ended
    const there = segmentsIn(place).length
    const { stowage, take } = on(server.dataDir)
    assert.equal((await stowage('backup', place, '--list')).stdout, '')
    const beside = await stowage('backup', place)
    assert.match(beside.stderr, /^stowage: another backup or export is going on/)
    await endPause(server)
    const { backup } = await take(place)
    assert.equal(backup.copied.count, backup.segments.count - there)
    assert.equal((await stowage('backup', place, '--verify')).code, 0)
    assert.deepEqual(
      everyFile(place).filter((path) => path.endsWith('.partial')),
      [],
    )
  })

  test('what is damaged is told, and does not keep the rest', async () => {
    const [place, elsewhere, dataDir] = [folder(), folder(), folder()]
    const other = await startTestServer({ dataDir })
    const files = await uploadByAll(other.url, 'damaged.wav', 6)
    await on(dataDir).take(place)
    flipByte(String(segmentsIn(place)[0]))
    const verified = await on(dataDir).stowage('backup', place, '--verify')
    assert.equal(verified.code, 1)
    assert.match(verified.stderr, /^bad: segment [0-9a-f]{32}: the segment does not have its checksum\n$/)
    const restored = await on(elsewhere).stowage('restore', place)
    assert.equal(restored.code, 1)
    const server = await startTestServer({ dataDir: elsewhere })
    const read = await Promise.allSettled(files.map((file) => file.read(server.url)))
    const right = read.filter(
      (one, at) => one.status === 'fulfilled' && one.value?.equals(files[at]?.bytes ?? Buffer.alloc(0)),
    )
    assert.equal(right.length, files.length - 1)
    await server.stop()

    const rotten = everyFile(join(dataDir, 'blobs'))[0]
    flipByte(String(rotten))
    const again = await on(dataDir).stowage('backup', folder(), '--json')
    assert.equal(again.code, 1)
    const { backup } = JSON.parse(again.stdout) as Taken
    assert.deepEqual(
      backup.bad.map(({ segment }) => segment),
      [basename(String(rotten))],
    )
    assert.equal(backup.copied.count, backup.segments.count - 1)
    await other.stop()
  })

  test('a restore loses nothing that is there, and goes on after an interruption', async () => {
    const [place, elsewhere] = [folder(), folder()]
    const { take, stowage } = on(server.dataDir)
    const { backup } = await take(place)
    const refused = await stowage('restore', place)
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /^stowage: data_dir: "\S+" is not empty: it has \S+, .*\n$/)
    const child = spawn(process.execPath, [MAIN, 'restore', place, '--rate', '4'], {
      env: { ...process.env, STOWAGE_DATA_DIR: elsewhere },
      stdio: 'ignore',
    })
    const ended = once(child, 'exit')
    while (everyFile(join(elsewhere, 'blobs')).length < 3) await setTimeout(20)
    child.kill('SIGKILL')
    await ended
    assert.ok(!existsSync(join(elsewhere, 'stowage.db')))
    await on(elsewhere).restore(place)
    await on(elsewhere).requireWhole()
    assert.equal(everyFile(join(elsewhere, 'blobs')).length, backup.segments.count)
    const twice = await on(elsewhere).stowage('restore', place)
    assert.equal(twice.code, 1)
  })

  test('a place that is no folder and no bucket is refused, and no folder is made of it', async () => {
    await assert.rejects(openPlace('ftp://backups.example.com/stowage'), /accepted: a folder, or s3:/)
    assert.equal(existsSync('ftp:'), false)
  })

  test('a backup is for its owner alone, and --no-keys leaves the keys out', async () => {
    const [place, bare] = [folder(), folder()]
    await on(server.dataDir).take(place)
    await on(server.dataDir).take(bare, '--no-keys')
    for (const path of everyFile(place)) assert.equal(statSync(path).mode & 0o077, 0, path)
    const keysIn = (dir: string) => everyFile(dir).filter((path) => path.endsWith('/secret.key'))
    assert.deepEqual([keysIn(place).length, keysIn(bare).length], [1, 0])
  })
})

/** Lets the time of a killed backup's pause run out. */
async function endPause({ engine }: TestServer): Promise<void> {
  const far = Date.now() + 24 * 3_600_000
  await engine.facts.leaseJob({ job: SWEEP_PAUSE, holder: 'test', now: far, leaseUntil: 0 })
}

const everyFile = (dir: string): readonly string[] =>
  existsSync(dir)
    ? readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name))
        .sort()
    : []

const segmentsIn = (place: string): readonly string[] =>
  everyFile(join(place, 'segments')).filter((path) => !path.endsWith('.partial'))

function flipByte(path: string): void {
  const bytes = readFileSync(path)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  writeFileSync(path, bytes)
}
