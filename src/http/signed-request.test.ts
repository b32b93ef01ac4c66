import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hostNameOf, hostSpellings, pathSpellings } from './signed-request.ts'

describe('what a client may have signed', () => {
  test('is the host with its port and without, and so the hosts of a proxy', () => {
    assert.deepEqual(hostSpellings('h.example:8440', ['m.example:9443', 'm.example']), [
      ...['h.example:8440', 'h.example', 'm.example:9443', 'm.example'],
    ])
    assert.deepEqual(hostSpellings('[::1]:8440', []), ['[::1]:8440', '[::1]'])
    assert.equal(hostNameOf('H.Example:80'), 'h.example')
  })

  test('is the path encoded, as received, or decoded', () => {
    assert.deepEqual(pathSpellings('/b/a%2fc!'), ['/b/a/c%21', '/b/a%2fc!', '/b/a/c!'])
    assert.deepEqual(pathSpellings('/b/plain'), ['/b/plain'])
  })

  test('is never a text that means another path too', () => {
    // As an encoded path, `/b/a%2Fc` means `/b/a/c`.
    assert.deepEqual(pathSpellings('/b/a%252Fc'), ['/b/a%252Fc'])
    assert.ok(!pathSpellings('/b/a%0Ac').includes('/b/a\nc'))
  })
})
