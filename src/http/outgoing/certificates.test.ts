import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { newAuthority } from '../../../test/support/certificates.ts'
import { DownloadError, download } from './download.ts'
import { post } from './post.ts'

test('a host whose certificate nobody vouches for is told nothing and asked for nothing', async (t) => {
  const { chain, key } = await (await newAuthority()).issue(['127.0.0.1', 'localhost'])
  let asked = 0
  const server = createServer({ cert: chain, key }, (_, response) => {
    asked++
    response.end('bytes')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const { signal } = new AbortController()
  await assert.rejects(
    buffer(download(url.href, { hosts: ['127.0.0.1'], signal })),
    (error) => error instanceof DownloadError && error.failure === 'failed',
  )
  await assert.rejects(post({ url, body: '{}', receiver: 'the receiver', timeoutMs: 10_000, signal }), {
    message: /^the receiver could not be reached: /,
  })
  assert.equal(asked, 0)
})
