import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PlaneError, type PlaneErrorCode } from './errors.ts'
import { parsePolicy, requirePolicy, signedRedirect } from './policy.ts'

const EXPIRATION = '2026-01-02T03:04:05.000Z'
const policy = (conditions: readonly unknown[]): string =>
  JSON.stringify({ expiration: EXPIRATION, conditions })
const isCode = (code: PlaneErrorCode) => (error: unknown) =>
  error instanceof PlaneError && error.code === code

describe('a policy', () => {
  test('tells its end, its conditions and the narrowest of its sizes', () => {
    const parsed = parsePolicy(
      policy([
        { Key: 'a', acl: 'default' },
        ['EQ', '$Content-Type', 'video/mp4'],
        ['starts-with', '$x-cos-meta', ''],
        ['content-length-range', 10, '100'],
        ['content-length-range', 5, 50],
      ]),
    )
    assert.deepEqual(parsed, {
      expiresAt: Date.parse(EXPIRATION),
      conditions: [
        { match: 'eq', field: 'key', value: 'a' },
        { match: 'eq', field: 'acl', value: 'default' },
        { match: 'eq', field: 'content-type', value: 'video/mp4' },
        { match: 'starts-with', field: 'x-cos-meta', value: '' },
      ],
      sizeMin: 10,
      sizeMax: 50,
    })
  })

  test('is refused where anything in it is not understood', () => {
    const texts = [
      '',
      '[]',
      '{}',
      JSON.stringify({ expiration: EXPIRATION }),
      JSON.stringify({ expiration: '2026-13-02T03:04:05Z', conditions: [] }),
      JSON.stringify({ expiration: 'tomorrow', conditions: [] }),
      JSON.stringify({ expiration: 1, conditions: [] }),
      ...[
        [1],
        [null],
        ['key'],
        [[]],
        [{ key: 1 }],
        [['eq', '$key']],
        [['eq', 'key', 'a']],
        [['eq', '$key', 1]],
        [['eq', '$key', 'a', 'b']],
        [['ends-with', '$key', 'a']],
        [['content-length-range', 1]],
        [['content-length-range', -1, 5]],
        [['content-length-range', 'x', 5]],
        [['content-length-range', 1.5, 5]],
      ].map(policy),
    ]
    for (const text of texts) assert.throws(() => parsePolicy(text), isCode('policy-malformed'), text)
  })

  test('lets a form pass that meets every condition', () => {
    const parsed = parsePolicy(
      policy([{ key: 'dir/a' }, ['starts-with', '$Content-Type', 'image/'], ['eq', '$acl', '']]),
    )
    const fields = (change: Readonly<Record<string, string>>) =>
      new Map(Object.entries({ key: 'dir/a', 'content-type': 'image/png', ...change }))
    requirePolicy(parsed, fields({}))
    for (const change of [{ key: 'dir/b' }, { 'content-type': 'text/html' }, { acl: 'private' }]) {
      assert.throws(() => requirePolicy(parsed, fields(change)), isCode('policy-refused'))
    }
    assert.throws(() => requirePolicy(parsed, new Map([['key', 'dir/a']])), isCode('policy-refused'))
  })

  test('says where a form may lead, and nobody else does', () => {
    const name = 'success_action_redirect'
    const led = (url: string, ...conditions: readonly unknown[]) =>
      signedRedirect(parsePolicy(policy(conditions)), new Map([[name, url]]), name)
    const url = 'https://app.example/done?x=1'
    assert.equal(led(url, { [name]: url }), url)
    assert.equal(led(url, ['eq', '$Success_Action_Redirect', url]), url)
    assert.equal(led(url, ['starts-with', `$${name}`, 'https://app.example/']), url)
    for (const [other, ...conditions] of [
      [url],
      [url, { key: url }],
      [url, ['starts-with', `$${name}`, '']],
      [url, ['starts-with', `$${name}`, 'https://']],
      [url, ['starts-with', `$${name}`, 'https://app.example']],
      ['https://app.example\\@evil.example/', ['starts-with', `$${name}`, 'https://app.example\\']],
      ...['javascript:alert(1)', 'data:text/html,x', '//evil.example/', '/here', 'ftp://a.example/', ''].map(
        (odd) => [odd, { [name]: odd }] as const,
      ),
      ...['https://a.example/\r\nX: y', 'https://a b/', 'https://ü.example/', 'https://'].map(
        (odd) => [odd, { [name]: odd }] as const,
      ),
    ] as readonly (readonly [string, ...unknown[]])[])
      assert.equal(led(other, ...conditions), null, other)
  })
})
