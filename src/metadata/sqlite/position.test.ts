import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { temporaryFolder } from '../../../test/support/folder.ts'
import { isCoreError } from '../../core/errors.ts'
import { openSqliteChecker } from './checker.ts'
import { openSqliteMetadata } from './index.ts'
import { lostTransactions } from './position.ts'

const FILES = ['stowage.db', 'stowage.db-wal', 'stowage.db-position']
const TRANSACTIONS = 20

describe('a database whose log lost what was answered', () => {
  const dir = temporaryFolder()
  after(() => rmSync(dir, { recursive: true }))
  const open = (folder: string) =>
    openSqliteMetadata({ path: join(folder, 'stowage.db'), durability: 'strict' })
  let copies = 0
  const copyOf = (from: string): string => {
    copies += 1
    const to = join(dir, `copy-${copies}`)
    mkdirSync(to)
    for (const file of FILES) copyFileSync(join(from, file), join(to, file))
    return to
  }

  test('is refused until somebody goes on knowingly; one that a crash left is not', async () => {
    const facts = await open(dir)
    for (let at = 0; at < TRANSACTIONS; at++) {
      await facts.leaseJob({ job: `job ${at}`, holder: 'a', now: 1, leaseUntil: 2 })
    }
    // As a crash leaves it: nothing is moved from the log to the file.
    const [whole, cut, gone, noFile] = [copyOf(dir), copyOf(dir), copyOf(dir), copyOf(dir)]
    await facts.close()
    const stopped = join(dir, 'stopped')
    mkdirSync(stopped)
    for (const file of ['stowage.db', 'stowage.db-position'])
      copyFileSync(join(dir, file), join(stopped, file))
    for (const folder of [whole, stopped]) await (await open(folder)).close()

    const log = join(cut, 'stowage.db-wal')
    truncateSync(log, statSync(log).size - 3 * 4096)
    const lost = lostTransactions(join(cut, 'stowage.db'))
    assert.ok(lost > 0 && lost < TRANSACTIONS, `${lost} are lost`)
    rmSync(join(gone, 'stowage.db-wal'))
    rmSync(join(noFile, 'stowage.db'))
    for (const folder of [cut, gone, noFile]) {
      await assert.rejects(
        open(folder),
        (error) =>
          isCoreError(error, 'metadata-failed') && /lacks the last \d+ transactions/.test(error.message),
        folder,
      )
    }
    assert.equal(existsSync(join(noFile, 'stowage.db')), false, 'nothing is made in its place')

    const checker = await openSqliteChecker(join(cut, 'stowage.db'))
    assert.match((await checker.checkDatabase({}))[0] ?? '', /lacks the last/)
    await checker.close()
    rmSync(join(cut, 'stowage.db-position'))
    await (await open(cut)).close()
    assert.equal(lostTransactions(join(cut, 'stowage.db')), 0)
  })

  test('is not counted where nothing is synced anyway', async () => {
    const folder = join(dir, 'relaxed')
    mkdirSync(folder)
    const facts = await openSqliteMetadata({ path: join(folder, 'stowage.db'), durability: 'relaxed' })
    await facts.leaseJob({ job: 'job', holder: 'a', now: 1, leaseUntil: 2 })
    await facts.close()
    assert.equal(existsSync(join(folder, 'stowage.db-position')), false)
  })

  test('keeps its count behind no transaction of the file', async () => {
    const folder = join(dir, 'counted')
    mkdirSync(folder)
    const facts = await open(folder)
    const count = () => Number(readFileSync(join(folder, 'stowage.db-position'), 'utf8').split(' ')[0])
    await facts.leaseJob({ job: 'job', holder: 'a', now: 1, leaseUntil: 2 })
    const before = count()
    await facts.leaseJob({ job: 'job', holder: 'a', now: 1, leaseUntil: 3 })
    assert.equal(count(), before + 1)

    const beside = await open(folder)
    await beside.leaseJob({ job: 'job', holder: 'a', now: 1, leaseUntil: 4 })
    assert.equal(count(), before + 2)
    await facts.leaseJob({ job: 'job', holder: 'a', now: 1, leaseUntil: 5 })
    assert.equal(count(), before + 3, 'the one of another connection counts, too')
    await beside.close()
    await facts.close()
    assert.equal(lostTransactions(join(folder, 'stowage.db')), 0)
  })
})
