import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '../support/free-port.ts'
import { APP, type SpawnedServer, spawnServer } from '../support/harness.ts'
import { iflytekHeaders, multipart } from '../support/iflytek.ts'
import { foldersOfTests, MAIN, stowage } from '../support/program.ts'

const run = promisify(execFile)
const noCurl = spawnSync('curl', ['--version']).error === undefined ? false : 'needs curl'
const folder = foldersOfTests()
const AUTO = { 'tls.auto': 'true', 'tls.listen': '127.0.0.1:0' }

describe('tls.auto', () => {
  let server: SpawnedServer
  let ca = ''
  let port = 0
  before(async () => {
    port = await freePort()
    server = await spawnServer({
      settings: { ...AUTO, 'tls.listen': `127.0.0.1:${port}`, public_url: `https://127.0.0.1:${port}` },
    })
    const { stdout } = await stowage(['tls', 'ca', `--data-dir=${server.dataDir}`])
    ca = join(folder(), 'ca.pem')
    writeFileSync(ca, stdout)
  })
  after(() => server.dispose())

  /** Asks by a name, wherever it leads in truth. The authority is all that is trusted. */
  const curl = async (host: string, path = '/healthz', args: readonly string[] = []) => {
    const named = ['--resolve', `${host}:${port}:127.0.0.1`, `https://${host}:${port}${path}`]
    const { stdout } = await run('curl', ['-sS', '--cacert', ca, ...named, ...args])
    return stdout
  }

  for (const client of ['smh', 'huawei', 'volcengine']) {
    test(`vendors’ Node SDKs upload by HTTPS and get the same bytes back: ${client}`, async () => {
      const script = fileURLToPath(new URL('tls-clients.ts', import.meta.url))
      const { stdout } = await run(process.execPath, [script, client, server.url], {
        // One of the SDKs keeps a file in the home folder. The script is no test of its own.
        env: { ...process.env, NODE_EXTRA_CA_CERTS: ca, HOME: folder(), NODE_TEST_CONTEXT: undefined },
      })
      assert.match(stdout, /the same bytes\n$/)
    })
  }

  test('HTTP is answered beside HTTPS, and hands out URLs of public_url', async () => {
    assert.equal((await fetch(`${server.listenUrl}/healthz`)).status, 200)
    const form = multipart({ request_id: '1', app_id: APP.app_id }, Buffer.from('bytes'))
    const headers = { ...iflytekHeaders(APP, '/file/upload'), 'content-type': form.type }
    const answer = await fetch(`${server.listenUrl}/file/upload`, {
      method: 'POST',
      headers,
      body: form.body,
    })
    const { data } = (await answer.json()) as { data: { url: string } }
    assert.ok(data.url.startsWith(`https://127.0.0.1:${port}/`))
  })

  test('a whole upload goes by a vendor’s own host name with curl', { skip: noCurl }, async () => {
    const headers = { ...iflytekHeaders(APP, '/file/upload') }
    const sent = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const form = ['-F', 'request_id=1', '-F', `app_id=${APP.app_id}`, '-F', `data=@${MAIN}`]
    const text = await curl('upload-ost-api.xfyun.cn', '/file/upload', [...sent, ...form])
    const { code, data } = JSON.parse(text) as { code: number; data: { url: string } }
    assert.equal(code, 0)
    const { pathname } = new URL(data.url)
    assert.equal(await curl('localhost', pathname), readFileSync(MAIN, 'utf8'))
  })

  test('the authority vouches for vendors’ hosts and buckets, and for no others', {
    skip: noCurl,
  }, async () => {
    for (const host of [
      ...['localhost', 'upload-ost-api.xfyun.cn', 'api.tencentsmh.cn', 'smh0library.api.tencentsmh.cn'],
      'vod.cn-north-4.myhuaweicloud.com',
      'vod-bucket-65-cn-north-4.obs.cn-north-4.myhuaweicloud.com',
      'deep.bucket.obs.eu-west-999.myhuaweicloud.com',
      'examplebucket-1250000000.cos.ap-beijing.myqcloud.com',
      'volc-voice-resource-bucket.tos-cn-beijing.volces.com',
    ]) {
      assert.equal(await curl(host), '{"status":"ok"}', host)
    }
    for (const host of ['myhuaweicloud.com', 'www.example.com', 'xfyun.cn']) {
      await assert.rejects(curl(host), /curl: \(60\)/, host)
    }
  })

  test('the start tells the address, and the log has no key', async () => {
    assert.ok(server.tlsUrl === `https://127.0.0.1:${port}`)
    assert.ok(!server.lines.join('\n').includes('PRIVATE KEY'))
  })
})

test('without public_url, HTTP is what is handed out, and the welcome tells both', async () => {
  const server = await spawnServer({ accounts: 'demo', settings: AUTO })
  const printed = server.lines.join('\n')
  await server.dispose()
  assert.ok(
    printed.includes(`Stowage is ready at ${server.url}\nand by HTTPS at ${server.tlsUrl}\n`),
    printed,
  )
  assert.match(server.url, /^http:\/\/127/)
  assert.match(server.tlsUrl, /^https:\/\/127/)
})

test('SIGTERM lets what came by HTTPS and by HTTP be finished, and the server ends with 0', async () => {
  const server = await spawnServer({ settings: AUTO })
  const { stdout: ca } = await stowage(['tls', 'ca', `--data-dir=${server.dataDir}`])
  const form = multipart({ request_id: '1', app_id: APP.app_id }, Buffer.from('late bytes'))
  const sending = await Promise.all(
    [server.listenUrl, server.tlsUrl].map(async (url) => {
      const { request: by } = url.startsWith('https') ? await import('node:https') : await import('node:http')
      const headers = { ...iflytekHeaders(APP, '/file/upload'), 'content-type': form.type }
      const sent = by(`${url}/file/upload`, {
        ...{ method: 'POST', ca, agent: false },
        headers: { ...headers, 'content-length': form.body.length, expect: '100-continue' },
      })
      sent.flushHeaders()
      await once(sent, 'continue')
      return sent
    }),
  )
  const exited = server.kill('SIGTERM')
  while (!server.lines.some((line) => line.includes('draining'))) await new Promise(setImmediate)
  for (const sent of sending) {
    sent.end(form.body)
    const [response] = await once(sent, 'response')
    response.resume()
    assert.equal(response.statusCode, 200)
  }
  assert.equal(await exited, 0)
  await server.dispose()
})
