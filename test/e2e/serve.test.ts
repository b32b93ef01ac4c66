import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { APP, spawnServer, temporaryFolder } from '../support/harness.ts'
import { iflytekHeaders, multipart } from '../support/iflytek.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const main = join(root, 'src/cli/main.ts')
const hasTools = ['curl', 'openssl', 'sh'].every((tool) => spawnSync(tool, ['--help']).error === undefined)

describe('stowage serve', () => {
  const folders: string[] = []
  const folder = (): string => {
    const path = temporaryFolder()
    folders.push(path)
    return path
  }
  after(() => {
    for (const path of folders) rmSync(path, { recursive: true, force: true })
  })

  /** Runs the program to its end; a server that starts when it should not is stopped after a while. */
  const ends = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    try {
      const { stdout, stderr } = await run(process.execPath, [main, ...args], {
        env: { ...process.env, ...env },
        timeout: 30_000,
      })
      return { code: 0, stdout, stderr }
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
      return { code, stdout, stderr }
    }
  }

  test('shows every option with default and environment name by --help', async () => {
    const { stdout } = await ends(['serve', '--help'])
    for (const word of [
      '--config',
      '--listen',
      '127.0.0.1:8440',
      'STOWAGE_DATA_DIR',
      '--volcengine-vms-review',
    ]) {
      assert.ok(stdout.includes(word), word)
    }
  })

  test('stops the start with one line on a wrong configuration', async () => {
    const { code, stderr } = await ends(['serve'], { STOWAGE_DURABILITY: 'lax' })
    assert.equal(code, 1)
    assert.equal(stderr, 'stowage: STOWAGE_DURABILITY: is "lax"; accepted: "strict" or "relaxed"\n')
  })

  test('says which address is taken when it cannot listen', async () => {
    const server = await spawnServer()
    const { host } = new URL(server.url)
    const { code, stderr } = await ends(['serve', `--listen=${host}`, `--data-dir=${folder()}`])
    await server.dispose()
    assert.equal(code, 1)
    assert.match(stderr, /^stowage: listen: 127\.0\.0\.1:\d+ cannot be used: another program listens there/)
  })

  test('reads a TOML file and listens on IPv6', async () => {
    const dataDir = folder()
    const file = join(dataDir, 'stowage.toml')
    writeFileSync(file, '[iflytek_ost]\naccept_slice_zero = true\n')
    const server = await spawnServer({ dataDir, args: ['--config', file], settings: { listen: '[::1]:0' } })
    assert.match(server.url, /^http:\/\/\[::1\]:\d+$/)
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
    await server.dispose()
  })

  test('makes a demo account at the first start, prints its keys, and keeps it', async () => {
    const dataDir = folder()
    const keys = async (): Promise<string> => {
      const server = await spawnServer({ dataDir, accounts: 'demo' })
      const printed = server.lines.join('\n')
      assert.ok(printed.includes(`Stowage is ready at ${server.url}`))
      await server.kill('SIGTERM')
      return String(/access key +(\S+)/.exec(printed)?.[1])
    }
    const first = await keys()
    assert.match(first, /^AKLT/)
    assert.equal(await keys(), first)
  })

  test('shows no secret where its output may be kept as a log', async () => {
    const server = await spawnServer({ dataDir: folder(), accounts: 'demo' })
    const printed = server.lines.join('\n')
    await server.dispose()
    const file = readFileSync(join(server.dataDir, 'demo-account.toml'), 'utf8')
    const secrets = [...file.matchAll(/^(?:secret_key|api_secret|secret|password) = "(.+)"$/gm)]
    assert.equal(secrets.length, 4)
    for (const [, secret = ''] of secrets) assert.ok(!printed.includes(secret))
    assert.match(printed, /secret key {4}\(in the file\)/)
  })

  test('prints a command to try that works', {
    skip: hasTools ? false : 'needs curl, openssl and sh',
  }, async () => {
    const server = await spawnServer({ dataDir: folder(), accounts: 'demo' })
    const printed = server.lines.join('\n')
    const command = printed.slice(printed.indexOf('  D="$('), printed.indexOf('data=@README.md') + 15)
    const { stdout } = await run('sh', ['-c', command], { cwd: root })
    await server.dispose()
    const answer = JSON.parse(stdout) as { code: number; data: { url: string } }
    assert.equal(answer.code, 0)
    assert.match(answer.data.url, /^http:\/\/127\.0\.0\.1:/)
  })

  test('finishes what is in flight on SIGTERM and exits with 0', async () => {
    const server = await spawnServer()
    const form = multipart({ request_id: '1', app_id: APP.app_id }, Buffer.from('late bytes'))
    const headers = {
      ...iflytekHeaders(APP, '/file/upload'),
      'content-type': form.type,
      'content-length': form.body.length,
    }
    const outgoing = request(`${server.url}/file/upload`, {
      method: 'POST',
      headers: { ...headers, expect: '100-continue' },
    })
    outgoing.flushHeaders()
    await once(outgoing, 'continue')
    const exited = server.kill('SIGTERM')
    await refusesConnections(server.url)
    outgoing.end(form.body)
    const [response] = await once(outgoing, 'response')
    response.resume()
    assert.equal(response.statusCode, 200)
    assert.equal(await exited, 0)
    assert.match(server.lines.at(-1) ?? '', /"msg":"stopped"/)
    await server.dispose()
  })

  test('ends on SIGTERM though nobody reads its log', async () => {
    const server = await spawnServer({ settings: { drain_timeout_s: '1' } })
    server.stopReading()
    const answers = await Promise.all(
      Array.from({ length: 1500 }, () =>
        fetch(`${server.url}/healthz?${'x'.repeat(10)}`, { headers: { connection: 'close' } }),
      ),
    )
    assert.ok(answers.every(({ status }) => status === 200))
    assert.equal(await server.kill('SIGTERM'), 0)
    await server.dispose()
  })

  test('logs one line a request, with its id and without secrets, signatures, paths or queries', async () => {
    const server = await spawnServer()
    const form = multipart({ request_id: '1', app_id: APP.app_id }, Buffer.from('some bytes'))
    const headers = { ...iflytekHeaders(APP, '/file/upload?token=sesame'), 'content-type': form.type }
    const response = await fetch(`${server.url}/file/upload?token=sesame`, {
      method: 'POST',
      headers,
      body: form.body,
    })
    const answer = (await response.json()) as { sid: string; data: { url: string } }
    await (await fetch(answer.data.url)).arrayBuffer()
    await server.kill('SIGTERM')
    await server.dispose()
    const requests = server.lines.filter((line) => line.includes('"msg":"request"'))
    assert.equal(requests.length, 2)
    const line = JSON.parse(requests[0] ?? '') as Record<string, unknown>
    assert.equal(line.requestId, answer.sid)
    assert.equal(line.dialect, 'iflytek-ost')
    assert.equal(line.status, 200)
    for (const field of ['call', 'durationMs', 'bytesIn', 'bytesOut']) assert.ok(field in line, field)
    const log = server.lines.join('\n')
    const signature = /signature="([^"]+)"/.exec(headers.authorization)?.[1] ?? 'none'
    for (const secret of [
      signature,
      APP.api_secret,
      APP.api_key,
      'sesame',
      new URL(answer.data.url).pathname,
    ]) {
      assert.ok(!log.includes(secret), `the log has ${secret}`)
    }
  })
})

/** Resolves once nobody listens there any more. */
async function refusesConnections(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  for (;;) {
    const socket = connect(Number(port), hostname)
    const refused = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(false))
      socket.once('error', () => resolve(true))
    })
    socket.destroy()
    if (refused) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
