import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shows } from '../../../../test/support/shows.ts'
import { hmacSha256, sha256Hex } from '../../../http/canonical.ts'
import { GatewayError } from '../errors.ts'
import { readClaim, verifySignature } from './aksk.ts'

const KEYS = { accessKey: 'TESTAK0000000000AAAA', secretKey: 'TestSecretKey0000000000000000000000BBBB' }
const DATE = '20240501T101112Z'
const NAMES = 'host;x-sdk-date'
/** A proxy's, with its port. */
const HOSTS = ['media.example.com:9443']

/** Throws what the server would answer to a GET that was signed over this host and path. */
function check(
  signedHost: string,
  signedPath: string,
  rawPath = '/v1.0/p%2fq/asset',
  onBody = () => {},
): void {
  const head = `host:${signedHost}\nx-sdk-date:${DATE}\n`
  const canonical = `GET\n${signedPath}\n\n${head}\n${NAMES}\n${sha256Hex('')}`
  const toSign = ['SDK-HMAC-SHA256', DATE, sha256Hex(canonical)].join('\n')
  const signature = hmacSha256(KEYS.secretKey, toSign).toString('hex')
  const fields = `Access=${KEYS.accessKey}, SignedHeaders=${NAMES}, Signature=${signature}`
  const headers = {
    ...{ host: '10.0.0.7:8440', 'x-sdk-date': DATE },
    authorization: `SDK-HMAC-SHA256 ${fields}`,
  }
  const request = {
    ...{ method: 'GET', rawPath, query: [], headers, hosts: HOSTS },
    get body() {
      onBody()
      return new Uint8Array()
    },
  }
  verifySignature(readClaim(headers), request, KEYS)
}

test('the host may be signed without its port or as the proxy’s, and the path as it is sent', () => {
  for (const host of ['10.0.0.7:8440', '10.0.0.7', 'media.example.com:9443', 'media.example.com'])
    check(host, '/v1.0/p%2Fq/asset/')
  for (const path of ['/v1.0/p%2fq/asset/', '/v1.0/p/q/asset/']) check('10.0.0.7:8440', path)
  shows('huawei-vod', 'SDK-HMAC-SHA256, spellings')
})

test('no other host or path is meant by a signature', () => {
  for (const [host, path] of [
    ['other.example.com', '/v1.0/p%2Fq/asset/'],
    ['10.0.0.7:8440', '/v1.0/p/asset/'],
  ] as const)
    assert.throws(() => check(host, path), GatewayError)
  assert.throws(() => check('10.0.0.7', '/a%2Fb/', '/a%252Fb'), GatewayError)
})

test('the body is read once, however many spellings are tried', () => {
  let count = 0
  const read = () => {
    count += 1
  }
  check('media.example.com', '/v1.0/p/q/asset/', undefined, read)
  assert.equal(count, 1)
  assert.throws(() => check('other.example.com', '/v1.0/p/q/asset/', undefined, read), GatewayError)
  assert.equal(count, 2)
})
