import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Service } from '@volcengine/openapi'
import { volcengineVmsDriver } from '../dialects/drivers.ts'
import { command } from '../support/command.ts'
import { ACCOUNT, OTHER_ACCOUNT, type SpawnedServer, spawnServer } from '../support/harness.ts'
import { shows } from '../support/shows.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** Operators' commands, beside a running server. */
describe('stowage commands', () => {
  let server: SpawnedServer
  before(async () => {
    server = await spawnServer({ settings: { 'volcengine_vms.review': 'manual' } })
  })
  after(() => server.dispose())

  const configured = { STOWAGE_ACCOUNTS: JSON.stringify([OTHER_ACCOUNT, ACCOUNT]) }
  const stowage = (...args: string[]) => stowageWith(configured, ...args)
  const stowageWith = (settings: Record<string, string>, ...args: string[]) =>
    command({ STOWAGE_DATA_DIR: server.dataDir, ...settings }, ...args)
  /** Runs a command in a process of its own, as people do. */
  const spawned = async (...args: string[]) => {
    const env = { ...process.env, STOWAGE_DATA_DIR: server.dataDir, ...configured }
    return promisify(execFile)(process.execPath, [main, ...args], { env })
  }
  const call = async (action: string, body: object) => {
    const service = new Service({
      ...{ serviceName: 'vms', defaultVersion: '2022-01-01', region: 'cn-north-1' },
      ...{ host: new URL(server.url).host, protocol: 'http:' },
      ...{ accessKeyId: ACCOUNT.access_key, secretKey: ACCOUNT.secret_key },
    })
    return (await service.createJSONAPI(action)(body)) as {
      ResponseMetadata: { Error?: { Code: string } }
      Result?: { Records: { ResourceKey: string; State: number }[] }
    }
  }
  const commit = async (name: string): Promise<string> => {
    const upload = await volcengineVmsDriver.upload(server.url, name, volcengineVmsDriver.sample(1))
    return upload.complete(server.url)
  }
  const stateOf = async (key: string) => {
    const { Result } = await call('QueryOpenGetResource', { Type: 0, Limit: 100 })
    return Result?.Records.find((record) => record.ResourceKey === key)?.State
  }

  test('hold keeps a resource from being deleted until release', async () => {
    const key = await commit('held.wav')
    assert.match((await spawned('hold', key)).stdout, /holds: 1/)
    const refused = await call('OpenDeleteResource', { ResourceKey: key })
    assert.equal(refused.ResponseMetadata.Error?.Code, 'OperationDenied')
    assert.match((await stowage('release', key)).stdout, /holds: 0/)
    const deleted = await call('OpenDeleteResource', { ResourceKey: key })
    assert.equal(deleted.ResponseMetadata.Error, undefined)
  })

  test('review lists what waits, and approves or rejects it', async () => {
    const [good, bad] = [await commit('good.wav'), await commit('bad.wav')]
    const listed = (await stowage('review', 'list')).stdout
    assert.ok(listed.includes(good) && listed.includes(bad) && listed.includes('good.wav'))
    assert.equal(await stateOf(good), 0)
    assert.match((await stowage('review', 'approve', good)).stdout, /approved/)
    assert.match((await stowage('review', 'reject', bad)).stdout, /rejected/)
    assert.deepEqual([await stateOf(good), await stateOf(bad)], [1, 2])
    assert.equal((await stowage('review', 'list')).stdout, '')
    shows('volcengine-vms', 'stowage review')
  })

  test('an unknown key is an error on one line', async () => {
    for (const args of [
      ['hold', 'f'.repeat(32)],
      ['release', '../x'],
      ['review', 'approve', 'f'.repeat(32)],
    ]) {
      const { code, stderr } = await stowage(...args)
      assert.equal(code, 1)
      assert.match(stderr, /^stowage: no resource has the key \S+\n$/)
    }
  })

  test('no command makes a data folder', async () => {
    const { code, stderr } = await stowage('fsck', '--data-dir', `${server.dataDir}/none`)
    assert.equal(code, 2)
    assert.match(stderr, /^stowage: data_dir: "\S+none" holds no data; accepted: /)
  })

  test('a wrong address of the S3 store is an error on one line', async () => {
    const { code, stderr } = await stowageWith({ STOWAGE_BLOBS: 's3://' }, 'fsck')
    assert.equal(code, 2)
    assert.match(stderr, /^stowage: blobs: .*the bucket is not a bucket name; accepted: s3:.*\n$/)
  })

  test('a command without the accounts says so, and makes none', async () => {
    for (const args of [
      ['hold', await commit('no-accounts.wav')],
      ['review', 'list'],
    ]) {
      const { code, stderr } = await stowageWith({}, ...args)
      assert.equal(code, 1)
      assert.match(stderr, /^stowage: accounts: none are configured; accepted: .*\n$/)
    }
    assert.equal((await stowageWith({}, 'fsck')).code, 0)
    assert.equal(existsSync(join(server.dataDir, 'demo-account.toml')), false)
  })

  test('fsck tells that nothing is missing', async () => {
    const { code, stdout } = await stowage('fsck', '--rate', '0')
    assert.equal(code, 0, stdout)
    assert.match(stdout, /^\d+ parts were looked at, .* 0 findings\n$/)
  })
})
