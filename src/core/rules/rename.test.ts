import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renamed } from './rename.ts'

const cases = [
  ['b.mp3', 'b(1).mp3'],
  ['a/b.mp3', 'a/b(1).mp3'],
  ['a/b', 'a/b(1)'],
  ['a.d/b', 'a.d/b(1)'],
  ['archive.tar.gz', 'archive.tar(1).gz'],
  ['.hidden', '.hidden(1)'],
  ['a/.hidden', 'a/.hidden(1)'],
  ['name.', 'name(1).'],
  ['b(1).mp3', 'b(1)(1).mp3'],
  ['声音.wav', '声音(1).wav'],
] as const

for (const [key, expected] of cases) {
  test(`${key} becomes ${expected}`, () => assert.equal(renamed(key, 1), expected))
}

test('the attempt is in the name', () => assert.equal(renamed('b.mp3', 12), 'b(12).mp3'))
