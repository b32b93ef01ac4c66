import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { readSources } from '../../scripts/check/project.ts'
import { limits } from '../../scripts/check/rules/limits.ts'
import { PAGE } from '../../scripts/security/limits.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const page = readFileSync(`${ROOT}/${PAGE}`, 'utf8')

/** An algorithm that is named where it is used. */
const USES = /\b(?:hash|create(?:Hash|Hmac|Cipheriv|Decipheriv))\(\s*'([\w-]+)'/g

describe('docs/security.md', () => {
  test('has the limits that the code has', () => {
    assert.deepEqual(limits([{ path: PAGE, text: page }], { has: () => true, text: () => null }), [])
    const stale = page.replace('| `headersMax` | 200 | ', '| `headersMax` | 201 | ')
    assert.equal(limits([{ path: PAGE, text: stale }], { has: () => true, text: () => null }).length, 1)
    for (const row of ['| `limits.address_calls_per_s` | 10,000 | ', '| `headersMax` | 200 | '])
      assert.ok(page.includes(row), row)
  })

  test('names the algorithms that are used, and where the weak ones are', () => {
    const uses = readSources(ROOT)
      .filter(({ path, isTest }) => path.startsWith('src/') && !isTest)
      .flatMap(({ path, text }) =>
        [...text.matchAll(USES)].map(([, algorithm = '']) => ({ path, algorithm })),
      )
    assert.deepEqual([...new Set(uses.map(({ algorithm }) => algorithm))].sort(), ['md5', 'sha1', 'sha256'])
    const weak = { md5: /^\| MD5 \|(.*?)\|/m, sha1: /^\| HMAC-SHA1, SHA-1 \|(.*?)\|/m }
    for (const [name, row] of Object.entries(weak)) {
      const listed = [...(row.exec(page)?.[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, path]) => path).sort()
      const used = [
        ...new Set(uses.filter(({ algorithm }) => algorithm === name).map(({ path }) => path)),
      ].sort()
      assert.deepEqual(listed, used, name)
    }
  })
})
