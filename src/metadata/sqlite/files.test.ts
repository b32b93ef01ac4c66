import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { failsWith } from '../../../test/contracts/metadata/store.ts'
import { temporaryFolder } from '../../../test/support/folder.ts'
import type { Facts } from '../../core/ports/facts.ts'
import { openSqliteMetadata } from './index.ts'

describe('files of a database that is open', () => {
  let folder = ''
  let path = ''
  let metadata: Facts
  beforeEach(async () => {
    folder = temporaryFolder()
    mkdirSync(join(folder, 'data'))
    path = join(folder, 'data', 'stowage.db')
    metadata = await openSqliteMetadata({ path, durability: 'strict' })
  })
  afterEach(async () => {
    await metadata.close()
    rmSync(folder, { recursive: true })
  })

  const write = () => metadata.registerBlobs({ place: 'disk', mark: null })
  const read = () => metadata.listLiveSegments({ after: '', limit: 1 })

  for (const ending of ['', '-wal', '-shm']) {
    test(`stowage.db${ending} deleted: nothing is answered with success any more, and the reason names it`, async () => {
      await write()
      rmSync(path + ending)
      await assert.rejects(write(), (error: Error) => error.message.includes(`${path}${ending} was deleted`))
      await failsWith(write(), 'unavailable')
      await failsWith(read(), 'unavailable')
    })

    test(`stowage.db${ending} replaced by a copy: the same`, async () => {
      await write()
      copyFileSync(path + ending, `${path}.copy`)
      renameSync(`${path}.copy`, path + ending)
      await failsWith(write(), 'unavailable')
      await failsWith(read(), 'unavailable')
    })
  }

  test('the folder moved away: the same, until it is back', async () => {
    const away = join(folder, 'away')
    renameSync(join(folder, 'data'), away)
    await failsWith(write(), 'unavailable')
    await failsWith(read(), 'unavailable')
    renameSync(away, join(folder, 'data'))
    assert.deepEqual(await write(), { place: 'disk', mark: null })
    assert.deepEqual(await read(), [])
  })

  test('another process that opens, writes and ends changes nothing', async () => {
    const other = await openSqliteMetadata({ path, durability: 'strict' })
    await other.registerBlobs({ place: 'other', mark: null })
    await other.close()
    assert.deepEqual(await write(), { place: 'other', mark: null })
  })
})
