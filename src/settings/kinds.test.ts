import assert from 'node:assert/strict'
import { test } from 'node:test'
import { command, wordOrUrl } from './kinds.ts'

test('a command is a list of words, or a program alone', () => {
  assert.deepEqual(command.parse(['whisper', '-m', 'a b', '']), ['whisper', '-m', 'a b', ''])
  assert.deepEqual(command.parse('/usr/bin/whisper'), ['/usr/bin/whisper'])
  assert.deepEqual(command.parse([]), [])
})

test('in a flag a command is JSON, or words between commas', () => {
  assert.deepEqual(command.parse('["sh","-c","a, b","{file}"]'), ['sh', '-c', 'a, b', '{file}'])
  assert.deepEqual(command.parse('sh, -x'), ['sh', '-x'])
  assert.deepEqual(command.parse(''), [])
})

test('what cannot be run is no command', () => {
  for (const value of [1, null, {}, [1], [''], ['', 'x'], ['a\0b'], ['a', 'b\0'], '[', '[1]', '[""]']) {
    assert.equal(command.parse(value), undefined, JSON.stringify(value))
  }
})

test('a place is a word or a URL of its scheme, with one host or several', () => {
  const kind = wordOrUrl('sqlite', 'postgres')
  const good = [
    'sqlite',
    'postgres://u:p@h/db',
    'postgres://u:p,q@h1:1,[::1]:2,h3/db?x=1',
    'postgres://h1,h2',
  ]
  for (const value of good) assert.equal(kind.parse(value), value)
  for (const value of ['disk', 'mysql://h/db', 'postgres:h', 'postgres://h:x/db', 'postgres://[,h2/db', 1]) {
    assert.equal(kind.parse(value), undefined, String(value))
  }
})
