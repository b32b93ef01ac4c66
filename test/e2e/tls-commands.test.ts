import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { spawnServer, startTestServer } from '../support/harness.ts'
import { foldersOfTests, stowage } from '../support/program.ts'

const folder = foldersOfTests()
const AUTO = { 'tls.auto': 'true', 'tls.listen': '127.0.0.1:0' }

describe('stowage tls ca', () => {
  test('makes the authority where there is none, and prints the one that servers use', async () => {
    const dataDir = join(folder(), 'data')
    const { stdout } = await stowage(['tls', 'ca', `--data-dir=${dataDir}`])
    assert.ok(new X509Certificate(stdout).ca)
    assert.ok(!stdout.includes('KEY'))
    assert.equal(statSync(join(dataDir, 'tls-authority.pem')).mode & 0o777, 0o600)
    const server = await startTestServer({ dataDir, settings: AUTO })
    const agent = new Agent({ ca: stdout })
    const [answer] = await once(request(`${server.tls?.url}/healthz`, { agent }).end(), 'response')
    assert.equal(answer.statusCode, 200)
    answer.resume()
    await server.stop()
    agent.destroy()
  })

  test('tells the same as JSON', async () => {
    const dataDir = folder()
    const told = JSON.parse((await stowage(['tls', 'ca', '--json', `--data-dir=${dataDir}`])).stdout)
    assert.deepEqual(Object.keys(told).sort(), [
      ...['certificate', 'file', 'fingerprint256', 'notAfter', 'notBefore', 'subject'],
    ])
    const { stdout } = await stowage(['tls', 'ca', `--data-dir=${dataDir}`])
    assert.equal(told.certificate, stdout)
    assert.equal(told.fingerprint256, new X509Certificate(stdout).fingerprint256)
  })
})

describe('stowage hosts', () => {
  const accounts = (more: object) =>
    JSON.stringify([{ id: '1', name: 'one', access_key: 'AK', secret_key: 'SECRETKEY001', ...more }])

  test('prints a line for each name of the vendors’ clients', async () => {
    const { stdout } = await stowage(['hosts', `--data-dir=${join(folder(), 'none')}`])
    const lines = stdout.trim().split('\n')
    const names = lines.filter((line) => !line.startsWith('#'))
    assert.ok(names.every((line) => /^127\.0\.0\.1 [a-z0-9-]+(\.[a-z0-9-]+)+$/.test(line)))
    assert.equal(new Set(names).size, names.length)
    for (const name of ['upload-ost-api.xfyun.cn', 'api.tencentsmh.cn', 'cloud-vms.volcengineapi.com']) {
      assert.ok(names.includes(`127.0.0.1 ${name}`), name)
    }
    assert.ok(names.includes('127.0.0.1 vod-bucket-1-cn-north-4.obs.cn-north-4.myhuaweicloud.com'))
  })

  test('has the names of those dialects alone that an account can call', async () => {
    const env = {
      STOWAGE_ACCOUNTS: accounts({ apps: [{ app_id: 'a', api_key: 'k', api_secret: 'secret of app' }] }),
    }
    const args = ['hosts', '--json', '--address=::1', `--data-dir=${join(folder(), 'none')}`]
    const { address, hosts } = JSON.parse((await stowage(args, env)).stdout)
    assert.equal(address, '::1')
    assert.deepEqual(
      hosts.map(({ dialect }: { dialect: string }) => dialect),
      ['iflytek-ost', 'volcengine-vms'],
    )
    assert.deepEqual(hosts[0].names, ['upload-ost-api.xfyun.cn', 'ost-api.xfyun.cn'])
  })

  test('has the regions that accounts name, beside the common ones', async () => {
    const projects = ['la-south-9', 'no region'].map((name, at) => ({ id: String(at).repeat(32), name }))
    const env = { STOWAGE_ACCOUNTS: accounts({ projects }) }
    const { stdout } = await stowage(['hosts', `--data-dir=${join(folder(), 'none')}`], env)
    for (const name of ['vod.la-south-9', 'iam.cn-north-4', 'vod-bucket-1-la-south-9.obs.la-south-9']) {
      assert.ok(stdout.includes(`127.0.0.1 ${name}.myhuaweicloud.com\n`), name)
    }
    assert.ok(!stdout.includes('no region'))
  })

  test('counts accounts that commands made', async () => {
    const server = await spawnServer({ accounts: [] })
    const at = `--data-dir=${server.dataDir}`
    const env = { STOWAGE_ACCOUNTS: '[]' }
    assert.deepEqual(JSON.parse((await stowage(['hosts', '--json', at], env)).stdout).hosts, [])
    await stowage(['account', 'create', '--name', 'acme', '--id', 'acme', at], env)
    await stowage(['library', 'add', 'acme', at], env)
    const { hosts } = JSON.parse((await stowage(['hosts', '--json', at], env)).stdout)
    await server.dispose()
    assert.deepEqual(
      hosts.map(({ dialect }: { dialect: string }) => dialect),
      ['volcengine-vms', 'tencent-smh'],
    )
  })

  test('refuses an address that is none', async () => {
    const { code, stderr } = await stowage(['hosts', '--address', 'here'])
    assert.equal(code, 1)
    assert.equal(stderr, 'stowage: --address: is "here"; accepted: an IPv4 or IPv6 address\n')
  })
})
