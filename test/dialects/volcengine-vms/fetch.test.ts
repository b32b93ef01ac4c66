import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { wav } from '../../support/volcengine.ts'
import { assertError, type Rig, startRig } from './rig.ts'

async function startOrigin(t: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function start(t: TestContext, hosts: string): Promise<Rig> {
  const rig = await startRig({ settings: { 'volcengine_vms.fetch_hosts': hosts } })
  t.after(() => rig.stop())
  return rig
}

const denied = {
  status: 403,
  code: 'AccessDenied',
  message: 'You are not authorized to perform this action.',
  reason: 'NO_PERMISSION',
}
const invalidUrl = (voice: string) => ({
  status: 400,
  code: 'InvalidParameter',
  message: `The specified parameter Url is invalid.`,
  reason: voice,
})

test('FetchResource makes a resource of what a URL gives', async (t) => {
  const port = await startOrigin(t, (_, response) => response.end(wav(2)))
  const rig = await start(t, '127.0.0.1')
  const Url = `http://127.0.0.1:${port}/sound?x=1`
  const result = await rig.result('FetchResource', { Url, Name: 'pulled', ReqSourceType: 3 })
  assert.deepEqual(Object.keys(result), ['ResourceKey', 'Suffix', 'Name'])
  assert.deepEqual([result.Suffix, result.Name], ['.wav', 'pulled'])
  const [record] = await rig.list()
  assert.deepEqual([record?.ResourceKey, record?.Name, record?.Duration], [result.ResourceKey, 'pulled', 2])
  assert.equal(record?.Type, 0)
  const again = await rig.result('FetchResource', { Url, Name: 'pulled' })
  assert.notEqual(again.ResourceKey, result.ResourceKey)
  shows('volcengine-vms', 'FetchResource', 'FetchResource')
})

test('FetchResource names what is missing or wrong', async (t) => {
  const rig = await start(t, '127.0.0.1')
  assertError(await rig.answer('FetchResource', { Name: 'a' }), {
    status: 400,
    code: 'MissingParameter',
    message: 'The required parameter Url is missing.',
    reason: 'URL_IS_NONE',
  })
  assertError(await rig.answer('FetchResource', { Url: 'http://127.0.0.1/' }), {
    status: 400,
    code: 'MissingParameter',
    message: 'The required parameter Name is missing.',
    reason: 'RESOURCE_NAME_IS_NONE',
  })
  const urls = [
    'no url',
    'file:///etc/passwd',
    'ftp://127.0.0.1/a',
    'http://u:p@127.0.0.1/',
    'http://127.0.0.1:1/',
  ]
  for (const Url of urls) {
    assertError(await rig.answer('FetchResource', { Url, Name: 'a' }), invalidUrl('EMPTY_RESOURCE_BODY'))
  }
  shows('volcengine-vms', 'FetchResource.Url', 'FetchResource.Name', 'URL_IS_NONE')
})

test('FetchResource refuses what the host gives when it is no good voice file', async (t) => {
  const largest = wav((5 * 1024 * 1024 - 44) / 16000)
  const answers: Readonly<Record<string, RequestListener>> = {
    '/404': (_, response) => response.writeHead(404).end('none'),
    '/empty': (_, response) => response.end(),
    '/cut': (_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('RIFF')
      setImmediate(() => response.destroy())
    },
    '/text': (_, response) => response.end('no sound'),
    '/video': (_, response) => response.end(mediaFixture('video.mp4')),
    '/large': (_, response) => response.end(Buffer.concat([largest, Buffer.alloc(1)])),
    '/largest': (_, response) => response.end(largest),
  }
  const port = await startOrigin(t, (request, response) => answers[request.url ?? '']?.(request, response))
  const rig = await start(t, '127.0.0.1')
  for (const [path, voice] of [
    ['/404', 'EMPTY_RESOURCE_BODY'],
    ['/empty', 'EMPTY_RESOURCE_BODY'],
    ['/cut', 'EMPTY_RESOURCE_BODY'],
    ['/text', 'FILE_ANALYSE_ERROR'],
    ['/video', 'FILE_ANALYSE_ERROR'],
    ['/large', 'RESOURCE_SIZE_OVER_LIMIT'],
  ] as const) {
    const answer = await rig.answer('FetchResource', { Url: `http://127.0.0.1:${port}${path}`, Name: 'a' })
    assertError(answer, invalidUrl(voice))
  }
  assert.deepEqual(await rig.list(), [])
  assert.equal(largest.byteLength, 5_242_880)
  await rig.result('FetchResource', { Url: `http://127.0.0.1:${port}/largest`, Name: 'a' })
  shows('volcengine-vms', 'FetchResource size', 'EMPTY_RESOURCE_BODY')
})

test('FetchResource asks listed hosts only, and follows redirects to those only', async (t) => {
  const asked: string[] = []
  const secret = await startOrigin(t, (request, response) => {
    asked.push(`secret ${request.url}`)
    response.end(wav(1))
  })
  const port = await startOrigin(t, (request, response) => {
    asked.push(`open ${request.url}`)
    const [, kind, count] = (request.url ?? '').split('/')
    if (kind === 'secret') response.writeHead(302, { location: `http://localhost:${secret}/x` }).end()
    else if (kind === 'hops' && Number(count) > 0) {
      response.writeHead(307, { location: `/hops/${Number(count) - 1}` }).end()
    } else response.end(wav(1))
  })
  const rig = await start(t, '127.0.0.1')
  const fetched = (path: string) =>
    rig.answer('FetchResource', { Url: `http://127.0.0.1:${port}${path}`, Name: 'a' })
  assertError(await fetched('/secret'), denied)
  assert.equal((await fetched('/hops/3')).status, 200)
  assertError(await fetched('/hops/4'), invalidUrl('EMPTY_RESOURCE_BODY'))
  const other = { Url: `http://localhost:${secret}/`, Name: 'a' }
  assertError(await rig.answer('FetchResource', other), denied)
  assert.deepEqual(
    asked.filter((line) => line.startsWith('secret')),
    [],
  )
  shows('volcengine-vms', 'FetchResource redirects')
})

test('FetchResource refuses inner addresses unless the host is listed by its exact name', async (t) => {
  const port = await startOrigin(t, (_, response) => response.end(wav(1)))
  const rig = await start(t, '*')
  const hosts = ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '10.0.0.1']
  for (const host of hosts) {
    const Url = `http://${host}:${port}/`
    assertError(await rig.answer('FetchResource', { Url, Name: 'a' }), denied)
  }
  const exact = await start(t, '127.0.0.1')
  await exact.result('FetchResource', { Url: `http://127.0.0.1:${port}/`, Name: 'a' })
  shows('volcengine-vms', 'FetchResource addresses')
})

test('DryRun of FetchResource checks the URL and asks nobody', async (t) => {
  let asked = 0
  const port = await startOrigin(t, (_, response) => {
    asked += 1
    response.end(wav(1))
  })
  const rig = await start(t, '127.0.0.1')
  const dry = (Url: string) => rig.answer('FetchResource', { Url, Name: 'a', DryRun: true })
  assertError(await dry(`http://127.0.0.1:${port}/`), { status: 400, code: 'DryRunOperation' })
  assertError(await dry('http://elsewhere.example/'), denied)
  assert.equal(asked, 0)
})
