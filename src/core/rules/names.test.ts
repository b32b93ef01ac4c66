import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NAME_LENGTH_MAX } from '../model/trees.ts'
import { afterPrefix, compareNames, numberedName } from './names.ts'

describe('numbered names', () => {
  test('stand before a file’s extension', () => {
    assert.equal(numberedName('a.mp3', false, 1), 'a (1).mp3')
    assert.equal(numberedName('a.b.mp3', false, 12), 'a.b (12).mp3')
    assert.equal(numberedName('a', false, 1), 'a (1)')
    assert.equal(numberedName('a.', false, 1), 'a (1).')
  })

  test('take a dot at the beginning for no extension', () => {
    assert.equal(numberedName('.profile', false, 1), '.profile (1)')
  })

  test('stand at the end of a directory’s name', () => {
    assert.equal(numberedName('a.mp3', true, 1), 'a.mp3 (1)')
  })

  test('are no longer than names may be: what is before the number is cut, by whole characters', () => {
    const longest = `${'\u{1f3b5}'.repeat(NAME_LENGTH_MAX - 4)}.mp3`
    const numbered = numberedName(longest, false, 12)
    assert.equal([...numbered].length, NAME_LENGTH_MAX)
    assert.equal(numbered, `${'\u{1f3b5}'.repeat(NAME_LENGTH_MAX - 9)} (12).mp3`)
    assert.equal(numberedName('d'.repeat(NAME_LENGTH_MAX), true, 1), `${'d'.repeat(NAME_LENGTH_MAX - 4)} (1)`)
    assert.equal(numberedName(`${'a'.repeat(247)}.mp3`, false, 1), `${'a'.repeat(247)} (1).mp3`)
  })

  test('take an extension that leaves no room for a part of the name', () => {
    const name = `a.${'x'.repeat(NAME_LENGTH_MAX - 2)}`
    assert.equal(numberedName(name, false, 7), `a.${'x'.repeat(NAME_LENGTH_MAX - 6)} (7)`)
  })
})

describe('the order of names', () => {
  test('is that of their bytes', () => {
    const names = ['a', 'Z', 'é', '\u{ffff}', '\u{1f3b5}', '', 'a ', 'aa']
    assert.deepEqual(names.toSorted(compareNames), ['', 'Z', 'a', 'a ', 'aa', 'é', '\u{ffff}', '\u{1f3b5}'])
  })
})

describe('the end of a prefix', () => {
  test('stands after all names that begin with it, and before all others after it', () => {
    for (const prefix of ['a', 'ab', '\u{d7ff}', 'a\u{d7ff}', '\u{7f}', '\u{ffff}', 'a\u{10ffff}']) {
      const end = afterPrefix(prefix) ?? assert.fail(prefix)
      assert.ok(compareNames(prefix, end) < 0)
      assert.ok(compareNames(`${prefix}\u{10ffff}\u{10ffff}`, end) < 0, prefix)
    }
    assert.equal(afterPrefix('ab'), 'ac')
    assert.equal(afterPrefix('a\u{10ffff}'), 'b')
    assert.equal(afterPrefix('\u{d7ff}'), '\u{e000}')
  })

  test('is nowhere where all names begin with it or stand before', () => {
    assert.equal(afterPrefix(''), null)
    assert.equal(afterPrefix('\u{10ffff}'), null)
  })
})
