import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { extentsOf, Tenant } from '../../../test/contracts/metadata/tenant.ts'
import type { ObjectId } from '../../core/ids.ts'
import { openSqliteMetadata } from './index.ts'

const CHILD = new URL('../../../test/fixtures/metadata/put-forever.ts', import.meta.url).pathname

describe('a process killed while it writes', () => {
  test('loses nothing that was answered, and leaves nothing by halves', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stowage-crash-'))
    const path = join(folder, 'stowage.db')
    const answered: string[] = []
    try {
      for (const answersMin of [1, 50, 500]) {
        const child = spawn(process.execPath, [CHILD, path], { stdio: ['ignore', 'pipe', 'inherit'] })
        answered.push(...(await answersUntilKilled(child, answersMin)))
        await check(path, answered)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

/** Kills the child after some answers; returns all that it gave until then. */
async function answersUntilKilled(
  child: ChildProcessByStdio<null, Readable, null>,
  answersMin: number,
): Promise<readonly string[]> {
  const closed = once(child, 'close')
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    if (text.split('\n').length > answersMin) child.kill('SIGKILL')
  })
  const [, signal] = await closed
  assert.equal(signal, 'SIGKILL')
  return text.split('\n').slice(0, -1)
}

async function check(path: string, answered: readonly string[]): Promise<void> {
  const metadata = await openSqliteMetadata({ path, durability: 'strict' })
  try {
    const tenant = new Tenant(metadata, 'account', seededRandom(1))
    for (const id of answered) {
      const object = await tenant.findObject({ id: id as ObjectId })
      assert.ok(object?.content, `${id} was answered and is lost`)
      const extents = await extentsOf(metadata, object.content.blob)
      assert.equal(extents.length, object.content.partCount)
    }
    const { objects, total } = await tenant.list({ limit: 1_000_000 })
    assert.ok(total >= answered.length)
    assert.equal((await tenant.usage()).objects, objects.length)
  } finally {
    await metadata.close()
  }
}
