import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Files } from '../../scripts/check/documents.ts'
import { asvs } from '../../scripts/check/rules/asvs.ts'
import { docPaths } from '../../scripts/check/rules/doc-paths.ts'
import { invariants } from '../../scripts/check/rules/invariants.ts'

const TEXTS: Readonly<Record<string, string>> = {
  'src/core': '',
  'src/core/core.ts': '',
  'docs/a.md': '',
  'test/kept.ts': "test('keeps all', () => {}); test(`SQLite: keeps some`, () => {})",
}

const files: Files = {
  has: (path) => Object.keys(TEXTS).some((each) => fits(each, path.replace(/\/$/, ''))),
  text: (path) => TEXTS[path] ?? null,
}

const fits = (path: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`).test(path)

const check = (text: string, path = 'docs/b.md') => docPaths([{ path, text }], files)

test('a path that a document names is there, also with a star or NAME for a name', () => {
  assert.deepEqual(check('`src/core/`, src/core/core.ts, src/core/*.ts. And src/NAME.'), [])
  assert.deepEqual(check('See `src/core/ports.ts`. Or test/*.js'), [
    'docs/b.md: src/core/ports.ts is not there',
    'docs/b.md: test/*.js is not there',
  ])
  assert.deepEqual(check('other/src/x.ts, my-src/x.ts, https://x.test/docs/x'), [])
})

test('a link of a document leads to something', () => {
  assert.deepEqual(check('[a](a.md) [place](a.md#place) [here](#here) [web](https://example.com/a)'), [])
  assert.deepEqual(check('[a](c.md)'), ['docs/b.md: c.md is not there'])
})

test('a changelog may name what is gone', () => {
  assert.deepEqual(check('src/gone.ts', 'CHANGELOG.md'), [])
})

test('an invariant names tests that are there, or says that it does not hold yet', () => {
  const check = (row: string) => invariants([{ path: 'docs/invariants.md', text: `| 7 | ${row} |` }], files)
  assert.deepEqual(check('Kept. | `test/kept.ts`: “keeps all”; `test/kept.ts`: “keeps some”'), [])
  assert.deepEqual(check('Kept. | not yet'), [])
  assert.equal(check('Kept. | by hand').length, 1)
  assert.equal(check('Kept. | `test/kept.ts`: “keeps”').length, 1)
  assert.equal(check('Kept. | `test/kept.ts`: “keeps all”; `test/gone.ts`: “keeps all”').length, 1)
})

test('an item of the security standard holds by a test that is there, or says why it does not', () => {
  const check = (text: string) => asvs([{ path: 'docs/security.md', text }], files)
  const kept = '`test/kept.ts`: “keeps all”'
  assert.deepEqual(
    check(`| 1.2.3 | to keep | holds | ${kept}: well |\n| 1.2.4 | to lose | open | nobody does |`),
    [],
  )
  assert.deepEqual(check('| 1.2.3 | to keep | not applicable | there is none |'), [])
  for (const row of [
    '| 1.2.3 | to keep | holds | really |',
    '| 1.2.3 | to keep | holds | `test/gone.ts`: “keeps all” |',
    '| 1.2.3 | to keep | open | `test/kept.ts`: “is gone” |',
    '| 1.2.3 | to keep | open |  |',
    '| 1.2.3 | to keep | mostly | why |',
    `| 1.2.3 | to keep | holds | ${kept} |\n| 1.2.3 | again | open | why |`,
  ])
    assert.equal(check(row).length, 1, row)
})
