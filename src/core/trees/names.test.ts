import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { afterPrefix, compareNames, numberedName } from './names.ts'

describe('numbered names', () => {
  it('stand before a file’s extension', () => {
    assert.equal(numberedName('a.mp3', false, 1), 'a (1).mp3')
    assert.equal(numberedName('a.b.mp3', false, 12), 'a.b (12).mp3')
    assert.equal(numberedName('a', false, 1), 'a (1)')
    assert.equal(numberedName('a.', false, 1), 'a (1).')
  })

  it('take a dot at the beginning for no extension', () => {
    assert.equal(numberedName('.profile', false, 1), '.profile (1)')
  })

  it('stand at the end of a directory’s name', () => {
    assert.equal(numberedName('a.mp3', true, 1), 'a.mp3 (1)')
  })
})

describe('the order of names', () => {
  it('is that of their bytes', () => {
    const names = ['a', 'Z', 'é', '\u{ffff}', '\u{1f3b5}', '', 'a ', 'aa']
    assert.deepEqual(names.toSorted(compareNames), ['', 'Z', 'a', 'a ', 'aa', 'é', '\u{ffff}', '\u{1f3b5}'])
  })
})

describe('the end of a prefix', () => {
  it('stands after all names that begin with it, and before all others after it', () => {
    for (const prefix of ['a', 'ab', '\u{d7ff}', 'a\u{d7ff}', '\u{7f}', '\u{ffff}', 'a\u{10ffff}']) {
      const end = afterPrefix(prefix) ?? assert.fail(prefix)
      assert.ok(compareNames(prefix, end) < 0)
      assert.ok(compareNames(`${prefix}\u{10ffff}\u{10ffff}`, end) < 0, prefix)
    }
    assert.equal(afterPrefix('ab'), 'ac')
    assert.equal(afterPrefix('a\u{10ffff}'), 'b')
    assert.equal(afterPrefix('\u{d7ff}'), '\u{e000}')
  })

  it('is nowhere where all names begin with it or stand before', () => {
    assert.equal(afterPrefix(''), null)
    assert.equal(afterPrefix('\u{10ffff}'), null)
  })
})
