import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { isPublicAddress, listingOf, plainHost } from './allowed.ts'
import { DownloadError, type DownloadOptions, download, open } from './download.ts'

async function startOrigin(t: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const options = (more: Partial<DownloadOptions> = {}): DownloadOptions => ({
  hosts: [],
  signal: new AbortController().signal,
  ...more,
})

const refusedWith = (failure: DownloadError['failure']) => (error: unknown) => {
  assert.ok(error instanceof DownloadError, String(error))
  assert.equal(error.failure, failure)
  return true
}

test('hosts are listed by exact name, below a domain, or all', () => {
  const list = ['Media.example.com', '*.cdn.example', '::1']
  assert.equal(listingOf('media.example.com', list), 'exact')
  assert.equal(listingOf('::1', list), 'exact')
  assert.equal(listingOf('a.b.cdn.example', list), 'pattern')
  for (const host of ['cdn.example', 'evilcdn.example', 'example.com', 'x.media.example.com']) {
    assert.equal(listingOf(host, list), 'none', host)
  }
  assert.equal(listingOf('anything', ['*']), 'pattern')
  assert.equal(listingOf('anything', []), 'none')
  assert.equal(plainHost('[::1]'), '::1')
  assert.equal(plainHost('HOST.'), 'host')
})

test('only addresses of the open Internet are public', () => {
  for (const address of ['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8']) {
    assert.equal(isPublicAddress(address), true, address)
  }
  const inner = [
    ...['127.0.0.1', '10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
    ...['224.0.0.1', '255.255.255.255', '192.0.2.1', '198.18.0.1', '240.0.0.1'],
    ...['::', '::1', 'fe80::1', 'fc00::1', 'fd12::1', 'fec0::1', 'ff02::1', '2001:db8::1', '::127.0.0.1'],
    ...['::7f00:1', '::a00:1', '4000::1', '64:ff9b:1::1'],
    ...['::ffff:127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001::1', 'fe80::1%lo'],
    ...['', 'localhost'],
  ]
  for (const address of inner) assert.equal(isPublicAddress(address), false, address)
})

test('the connection goes to the address that was checked, and the name is looked up once', async (t) => {
  const port = await startOrigin(t, (request, response) => response.end(request.headers.host))
  const answers = [['127.0.0.1'], ['192.0.2.1']]
  let lookups = 0
  const resolve = async () => answers[lookups++] ?? []
  const bytes = download(`http://rebinding.test:${port}/`, options({ hosts: ['rebinding.test'], resolve }))
  assert.equal((await buffer(bytes)).toString(), `rebinding.test:${port}`)
  assert.equal(lookups, 1)
})

test('a name with any inner address is refused under a pattern', async () => {
  for (const addresses of [['127.0.0.1'], ['8.8.8.8', '10.0.0.1'], ['::ffff:192.168.0.1'], ['fd00::1']]) {
    const bytes = download(
      'http://mixed.test/',
      options({ hosts: ['*.test', '*'], resolve: async () => addresses }),
    )
    await assert.rejects(buffer(bytes), refusedWith('refused'))
  }
})

test('a name without an address fails', async () => {
  for (const resolve of [async () => [], async () => Promise.reject(new Error('ENOTFOUND'))]) {
    const bytes = download('http://none.test/', options({ hosts: ['none.test'], resolve }))
    await assert.rejects(buffer(bytes), refusedWith('failed'))
  }
})

test('every hop of a redirect is looked up and checked anew', async (t) => {
  const port = await startOrigin(t, (_, response) =>
    response.writeHead(302, { location: `http://inner.test:${port}/` }).end(),
  )
  const asked: string[] = []
  const resolve = async (host: string) => {
    asked.push(host)
    return ['127.0.0.1']
  }
  const hosts = ['outer.test', '*.test']
  const bytes = download(`http://outer.test:${port}/`, options({ hosts, resolve }))
  await assert.rejects(buffer(bytes), refusedWith('refused'))
  assert.deepEqual(asked, ['outer.test', 'inner.test'])
})

test('a client that goes away ends the download', async (t) => {
  const leaving = new AbortController()
  const port = await startOrigin(t, (_, response) => {
    response.writeHead(200).write('first bytes')
  })
  const bytes = download(
    `http://127.0.0.1:${port}/`,
    options({ hosts: ['127.0.0.1'], signal: leaving.signal }),
  )
  assert.equal((await bytes.next()).done, false)
  leaving.abort()
  await assert.rejects(bytes.next(), refusedWith('failed'))
})

test('a range that is asked for may be answered with a part, and headers go to every hop', async (t) => {
  const ranges: unknown[] = []
  const port = await startOrigin(t, (request, response) => {
    ranges.push(request.headers.range)
    if (request.url === '/moved') response.writeHead(302, { location: '/' }).end()
    else response.writeHead(206, { etag: '"a"' }).end('rest')
  })
  const hosts = ['127.0.0.1']
  const found = await open(
    `http://127.0.0.1:${port}/moved`,
    options({ hosts, headers: { range: 'bytes=5-' } }),
  )
  assert.deepEqual([found.status, found.headers.etag, ranges], [206, '"a"', ['bytes=5-', 'bytes=5-']])
  assert.equal((await buffer(found.bytes)).toString(), 'rest')
  found.close()
  await assert.rejects(open(`http://127.0.0.1:${port}/`, options({ hosts })), {
    failure: 'failed',
    status: 206,
  })
})

test('what a host answers in place of the bytes is told', async (t) => {
  const port = await startOrigin(t, (_, response) => response.writeHead(404).end('none'))
  const bytes = download(`http://127.0.0.1:${port}/`, options({ hosts: ['127.0.0.1'] }))
  await assert.rejects(buffer(bytes), { failure: 'failed', status: 404 })
})

test('a download that takes too long ends', async (t) => {
  const port = await startOrigin(t, (_, response) => {
    response.writeHead(200).write('first bytes')
  })
  const found = await open(`http://127.0.0.1:${port}/`, options({ hosts: ['127.0.0.1'], timeoutMs: 3000 }))
  await assert.rejects(buffer(found.bytes), { failure: 'failed', status: null })
})
