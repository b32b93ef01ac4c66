import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { command } from '../../support/command.ts'
import { ACCOUNT, OTHER_ACCOUNT, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { BUCKET, create, described, startUploads } from './rig.ts'

let server: TestServer
before(async () => {
  server = await startUploads()
})
after(() => server.stop())

const ticket = (...args: string[]) =>
  command(
    { STOWAGE_DATA_DIR: server.dataDir, STOWAGE_ACCOUNTS: JSON.stringify([ACCOUNT, OTHER_ACCOUNT]) },
    ...['ticket', BUCKET, '--account', ACCOUNT.id, ...args],
  )
const statusOf = async (text: string, size: number, filetype = 'image/png') =>
  (
    await create(
      server,
      { 'upload-length': `${size}`, 'upload-metadata': described({ filename: 'a', filetype }) },
      text.trim(),
    )
  ).status

describe('stowage ticket', () => {
  test('makes a ticket that uploads may begin with', async () => {
    assert.equal(await statusOf((await ticket('--prefix', 'in/')).stdout, 5), 201)
    const made = await ticket('--key', 'k', '--size-max', '10', '--types', 'image/*, text/plain', '--json')
    const { ticket: text, ends } = JSON.parse(made.stdout) as Record<string, string>
    assert.ok(Math.abs(Date.parse(ends ?? '') - Date.now() - 3_600_000) < 600_000)
    assert.equal(await statusOf(text ?? '', 10), 201)
    assert.equal(await statusOf(text ?? '', 10, 'text/plain'), 201)
    assert.equal(await statusOf(text ?? '', 10, 'text/html'), 415)
    assert.equal(await statusOf(text ?? '', 11), 413)
    assert.equal(await statusOf((await ticket('--key', 'k', '--ends', '0s')).stdout, 5), 403)
    // There is no such upload in the bucket.
    assert.equal(await statusOf((await ticket('--upload', 'a'.repeat(32))).stdout, 5), 404)
    shows('resumable', 'stowage ticket')
  })

  test('refuses what makes none', async () => {
    for (const args of [
      [],
      ['--key', 'k', '--prefix', 'p'],
      ['--key', 'k', '--upload', 'u'],
      ['--key', 'k', '--size-max', 'many'],
      ['--key', 'k', '--ends', 'soon'],
      ['--key', 'k', '--account', 'nobody'],
    ]) {
      const { code, stdout, stderr } = await ticket(...args)
      assert.notEqual(code, 0, args.join(' '))
      assert.equal(stdout, '')
      assert.match(stderr, /^stowage: .*\n$/)
    }
  })
})
