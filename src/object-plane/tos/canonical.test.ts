import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePairs } from '../../http/body.ts'
import { canonicalQuery, deriveKey, hmacSha256, sha256Hex } from '../../http/canonical.ts'

test('the parts together give the Go TOS SDK test vector', () => {
  const credential = 'AKIAIOSFODNN7EXAMPLE/20210721/cn-north-1/tos/request'
  const query = canonicalQuery(
    parsePairs(
      `X-Tos-Algorithm=TOS4-HMAC-SHA256&X-Tos-Credential=${encodeURIComponent(credential)}` +
        '&X-Tos-Date=20210721T104454Z&X-Tos-Expires=3600&X-Tos-SignedHeaders=host',
    ),
  )
  const canonical = `GET\n/test.txt\n${query}\nhost:test.tos.com:8080\n\nhost\nUNSIGNED-PAYLOAD`
  const scope = ['20210721', 'cn-north-1', 'tos', 'request']
  const toSign = `TOS4-HMAC-SHA256\n20210721T104454Z\n${scope.join('/')}\n${sha256Hex(canonical)}`
  const key = deriveKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope)
  assert.equal(
    hmacSha256(key, toSign).toString('hex'),
    'decc75e2b2d453117f81e53954eb2cd3a2f56db2951e9b2257863db4c4921111',
  )
})
