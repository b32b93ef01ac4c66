import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { comesBack, tone } from '../../demo/sounds.ts'
import { welcome } from '../../src/cli/welcome.ts'
import { loadConfig } from '../../src/config/load.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import { ConfigError } from '../../src/settings/error.ts'
import { type SpawnedServer, spawnServer, startTestServer, temporaryFolder } from '../support/harness.ts'
import { fifthDialect } from './dialect/index.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const BOX = { id: 'box1', secret: 'the secret of the box' }

const configuration = (id = '2100056056') => `
[fifth_dialect]
size_max_bytes = 1000
greeting = "from the file"

[[accounts]]
id = "${id}"
name = "first"
access_key = "AK1"
secret_key = "SECRETKEY001"
  [[accounts.fifth_dialect_boxes]]
  id = "${BOX.id}"
  secret = "${BOX.secret}"
  [[accounts.apps]]
  app_id = "a"
  api_key = "k"
  api_secret = "secret of app"`

describe('a dialect that only a test has', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'stowage.toml')
  let server: SpawnedServer
  before(async () => {
    writeFileSync(file, configuration())
    server = await spawnServer({
      ...{ main: MAIN, accounts: 'demo', args: ['--config', file] },
      env: { STOWAGE_FIFTH_DIALECT_GREETING: 'from the environment' },
    })
  })
  after(async () => {
    await server.dispose()
    rmSync(folder, { recursive: true })
  })

  const load = (environment = {}, flags = {}) =>
    loadConfig({ dialects: [...DIALECTS, fifthDialect], file, environment, flags })

  test('has options of its own, by flag, environment and file', () => {
    const greeting = (environment = {}, flags = {}) =>
      load(environment, flags).dialects['fifth-dialect']?.greeting
    const environment = { STOWAGE_FIFTH_DIALECT_GREETING: 'from the environment' }
    assert.equal(greeting(), 'from the file')
    assert.equal(greeting(environment), 'from the environment')
    assert.equal(greeting(environment, { 'fifth_dialect.greeting': 'from a flag' }), 'from a flag')
  })

  test('has options and credentials that nobody knows where it is not mounted', () => {
    const without = () => loadConfig({ dialects: DIALECTS, file, environment: {}, flags: {} })
    assert.throws(without, (error) => error instanceof ConfigError && /unknown key/.test(error.message))
  })

  test('reserves its paths: no account has such an id', () => {
    writeFileSync(file, configuration('fifth-dialect'))
    assert.throws(load, (error) => error instanceof ConfigError && /accounts\[0\]\.id/.test(error.message))
    writeFileSync(file, configuration())
  })

  test('takes an upload for the credential of an account, and gives it back', async () => {
    const url = `${server.url}/fifth-dialect/${BOX.id}/a.txt`
    const headers = { 'x-box-secret': BOX.secret }
    const put = await fetch(url, { method: 'PUT', headers, body: 'some bytes' })
    assert.deepEqual(await put.json(), { name: 'a.txt', greeting: 'from the environment' })
    assert.equal(await (await fetch(url, { headers })).text(), 'some bytes')
    const large = await fetch(url, { method: 'PUT', headers, body: 'x'.repeat(1001) })
    assert.equal(large.status, 413)
  })

  test('has a command beside the running server', async () => {
    const url = `${server.url}/fifth-dialect/${BOX.id}/b.txt`
    const headers = { 'x-box-secret': BOX.secret }
    await fetch(url, { method: 'PUT', headers, body: 'others' })
    const args = [MAIN, 'fifth-dialect', 'list', '--config', file, '--data-dir', server.dataDir]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    assert.match(stdout, /^box1 {2}\d files {2}\d+ bytes\n$/)
  })

  test('is listed in the help', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'serve', '--help'])
    assert.match(stdout, /--fifth-dialect-greeting <value> .*\[STOWAGE_FIFTH_DIALECT_GREETING\]/s)
  })

  test('has its part of the demo account, of the welcome and of the demonstration', async () => {
    const dialects = [...DIALECTS, fifthDialect]
    const own = await startTestServer({ dialects, accounts: 'demo' })
    const demo = own.engine.demo ?? assert.fail()
    assert.match(
      welcome({ publicUrl: own.url, tlsUrl: null }, demo, dialects, { showsSecrets: true }),
      /^ {2}box +[0-9a-f]{16} {8}fifth-dialect$/m,
    )
    const { show } = await (fifthDialect.demo.load ?? assert.fail)()
    const steps: string[] = []
    const step = (text: string) => void steps.push(text)
    await show({ baseUrl: own.url, account: demo.account, step, tone, comesBack })
    assert.deepEqual(steps, ['PUT a file', 'GET brings it back'])
    await own.stop()
  })
})
