import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FileNames } from './file-names.ts'

describe('names of files in an export', () => {
  const claimAll = (...ways: readonly (readonly string[])[]): readonly string[] => {
    const names = new FileNames()
    return ways.map((way) => names.claim(way))
  }

  test('are the names that things have, where all systems take them', () => {
    assert.deepEqual(claimAll(['a', 'ünd 字.txt'], ['a', 'b', "c (1) & 'd'.mp4"]), [
      'a/ünd 字.txt',
      "a/b/c (1) & 'd'.mp4",
    ])
  })

  test('lead nowhere else, whatever the keys are', () => {
    assert.deepEqual(claimAll(['..', '.', ''], ['a\\..\\b', 'c:d', '\0*?"<>|', 'con.txt', 'end.']), [
      '.._/._/_',
      'a%5C..%5Cb/c%3Ad/%00%2A%3F%22%3C%3E%7C/con.txt_/end._',
    ])
  })

  test('are never the same, nor is a file a folder, also where capitals do not count', () => {
    const names = claimAll(
      ['a'],
      ['A'],
      ['a', 'b'],
      ['a', 'B'],
      ['c', 'd'],
      ['c'],
      ['a~2', 'x'],
      ['\u00e9'],
      ['e\u0301'],
    )
    assert.deepEqual(names, ['a', 'A~2', 'a~3/b', 'a~3/B~2', 'c/d', 'c~2', 'a~2~2/x', '\u00e9', 'e\u0301~2'])
    const folded = names.map((name) => name.normalize('NFC').toLowerCase())
    for (const [at, name] of folded.entries())
      for (const other of folded.toSpliced(at, 1)) assert.ok(name !== other && !other.startsWith(`${name}/`))
  })

  test('are short enough, and different where only their ends differ', () => {
    const [one = '', other = ''] = claimAll([`${'字'.repeat(200)}1`], [`${'字'.repeat(200)}2`])
    assert.ok(one !== other && Buffer.byteLength(one) <= 200)
  })
})
