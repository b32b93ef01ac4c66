import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourceOf } from '../../scripts/check/project.ts'
import { tightened, tooMany } from '../../scripts/check/ratchets.ts'
import { duplicates } from '../../scripts/check/rules/duplicates.ts'
import { lengths, testLengths } from '../../scripts/check/rules/lengths.ts'

const numbered = (count: number, name = 'line') =>
  Array.from({ length: count }, (_, index) => `${name}(${index})`).join('\n')

test('files of 250 lines are short enough, those of 251 are too long, tests apart', () => {
  const short = sourceOf('src/a.ts', `${numbered(250)}\n`)
  const long = [sourceOf('src/b.ts', `${numbered(251)}\n`), sourceOf('src/b.test.ts', numbered(252))]
  assert.deepEqual(lengths([short, ...long]), ['src/b.ts: 251 lines, at most 250'])
  assert.deepEqual(testLengths([short, ...long]), ['src/b.test.ts: 252 lines, at most 250'])
})

test('lines that stand in two places are told once, however they are indented and broken up', () => {
  const block = numbered(12)
  const other = `{\n  ${block.replaceAll('\n', '\n\n  // a remark\n  ')}\n}`
  const sources = [sourceOf('src/a.ts', block), sourceOf('src/b.ts', `${numbered(3, 'own')}\n${other}`)]
  assert.deepEqual(duplicates(sources), ['src/b.ts:5: the same lines as in src/a.ts:1'])
})

test('five lines, imports, tests and migrations may stand in two places', () => {
  const twice = (text: string, path = 'src/b.ts') =>
    duplicates([sourceOf('src/a.ts', text), sourceOf(path, text)])
  assert.equal(twice(numbered(6)).length, 1)
  assert.deepEqual(twice(numbered(5)), [])
  assert.deepEqual(twice(`import {\n${numbered(9).replaceAll(/[()]/g, '')}\n} from './c.ts'`), [])
  assert.deepEqual(twice(numbered(6), 'src/b.test.ts'), [])
  assert.deepEqual(twice(numbered(6), 'src/metadata/schema/001.ts'), [])
})

test('a ratchet holds what is worse and follows what is better', () => {
  const allowed = { functionsOver40Lines: 1, duplicatedBlocks: 1, testFilesOver250Lines: 1 }
  const places = { functionsOver40Lines: ['a', 'b'], duplicatedBlocks: [], testFilesOver250Lines: ['c'] }
  assert.deepEqual(tooMany(allowed, places), ['functionsOver40Lines: 2, at most 1:', 'a', 'b'])
  assert.deepEqual(tightened(allowed, places), {
    ...{ functionsOver40Lines: 1, duplicatedBlocks: 0, testFilesOver250Lines: 1 },
  })
})
