import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { failsWith } from '../../../test/contracts/metadata/store.ts'
import { Tenant } from '../../../test/contracts/metadata/tenant.ts'
import { asAccountId } from '../../core/ids.ts'
import { bucketName } from '../../core/model/buckets.ts'
import { openSqliteMetadata } from './index.ts'
import { Lane } from './lane.ts'

const QUERY = { account: asAccountId('account'), bucket: bucketName('test', 'bucket') }

/** A thread that runs `source` for every message, after it said that it started. */
const threadOf = (source: string): Worker =>
  new Worker(
    `const { parentPort: port } = require('node:worker_threads')
     port.on('message', (request) => { ${source} })
     port.postMessage({ type: 'started' })`,
    { eval: true },
  )

describe('a lane to a thread', () => {
  for (const [how, source] of [
    ['exits', 'process.exit(1)'],
    ['throws', 'throw new Error("bug")'],
  ] as const) {
    test(`fails all that is underway when the thread ${how}, and what comes after, and tells once`, async () => {
      let lost = 0
      const lane = await Lane.start(
        threadOf(`if (request.calls.some(({ id }) => id === 1)) ${source}`),
        () => {
          lost += 1
        },
      )
      await Promise.all([
        failsWith(lane.call('usage', QUERY), 'metadata-failed'),
        failsWith(lane.call('usage', QUERY), 'metadata-failed'),
        failsWith(lane.call('usage', QUERY), 'metadata-failed'),
      ])
      await failsWith(lane.call('usage', QUERY), 'unavailable')
      await lane.close()
      assert.equal(lost, 1)
    })
  }

  test('matches answers to calls whatever their order, and brings errors over', async () => {
    const lost = 0
    const lane = await Lane.start(
      threadOf(`
        if (request.type === 'close') return port.close()
        if (request.calls.length !== 2) throw new Error('the calls of one turn go together')
        const failure = { code: 'object-held', message: 'held', detail: { holds: 2 } }
        port.postMessage({ type: 'replies', replies: [
          { id: 1, ok: true, value: { objects: 1, bytes: 2 } }, { id: 0, ok: false, failure }] })`),
    )
    const first = lane.call('usage', QUERY)
    const second = lane.call('usage', QUERY)
    await failsWith(first, 'object-held', { holds: 2 })
    assert.deepEqual(await second, { objects: 1, bytes: 2 })
    await lane.close()
    await failsWith(lane.call('usage', QUERY), 'unavailable')
    assert.equal(lost, 0)
  })

  test('sends what one turn of the event loop asked for, and what came before its end', async () => {
    const lane = await Lane.start(
      threadOf(`
        if (request.type === 'close') return port.close()
        port.postMessage({ type: 'replies', replies: request.calls.map(({ id }) => ({ id, ok: true, value: request.calls.length })) })`),
    )
    const many = Array.from({ length: 150 }, () => lane.call('usage', QUERY))
    assert.deepEqual([...new Set(await Promise.all(many))], [64, 22])
    const last = lane.call('usage', QUERY)
    await lane.close()
    assert.equal(await last, 1)
  })

  test('a command that cannot go to a thread fails, and the thread goes on', async () => {
    const lane = await Lane.start(
      threadOf(`
        if (request.type === 'close') return port.close()
        port.postMessage({ type: 'replies', replies: request.calls.map(({ id }) => ({ id, ok: true, value: 'done' })) })`),
    )
    await failsWith(lane.call('usage', { bug: () => {} }), 'metadata-failed')
    assert.equal(await lane.call('usage', QUERY), 'done')
    await lane.close()
  })

  test('does not start when its thread does not, and tells its caller alone', async () => {
    const refused = { code: 'metadata-failed', message: 'refused', detail: {} }
    const message = JSON.stringify({ type: 'not-started', failure: refused })
    for (const source of [
      'throw new Error("bug")',
      'process.exit(0)',
      `require('node:worker_threads').parentPort.postMessage(${message})`,
    ]) {
      const worker = new Worker(source, { eval: true })
      const ended = once(worker, 'exit').catch(() => {})
      await failsWith(Lane.start(worker, assert.fail), 'metadata-failed')
      await ended
    }
  })
})

describe('group commit', () => {
  /** Bytes of log that `count` puts write. */
  async function logSize(count: number, together: boolean): Promise<number> {
    const folder = mkdtempSync(join(tmpdir(), 'stowage-group-'))
    const path = join(folder, 'stowage.db')
    const metadata = await openSqliteMetadata({ path, durability: 'strict' })
    try {
      const tenant = new Tenant(metadata, 'account', seededRandom(1))
      const before = statSync(`${path}-wal`).size
      const puts = Array.from({ length: count }, () => () => tenant.put())
      if (together) await Promise.all(puts.map((put) => put()))
      else for (const put of puts) await put()
      return statSync(`${path}-wal`).size - before
    } finally {
      await metadata.close()
      rmSync(folder, { recursive: true })
    }
  }

  test('writes commands that wait in few transactions', async () => {
    const alone = await logSize(100, false)
    const together = await logSize(100, true)
    assert.ok(together * 3 < alone, `${together} bytes of log for commands together, ${alone} one by one`)
  })
})
