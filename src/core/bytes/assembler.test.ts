import assert from 'node:assert/strict'
import { test } from 'node:test'
import { add, assemble, get, int32, set } from './assembler.ts'

test('a module is the bytes that the specification gives its parts', () => {
  const body = [...get(0), ...int32(-300), ...add, ...set(0)]
  const bytes = assemble([{ name: 'f', params: 1, vectors: 2, body }], 3)
  assert.equal(
    Buffer.from(bytes).toString('hex'),
    [
      '0061736d01000000', // the magic word and the version
      '0105016001 7f00', // one type: a number in, nothing out
      '03020100', // one function of it
      '0503010003', // a memory of three pages
      '070e 02 0166 0000 066d656d6f7279 0200', // the exports f and memory
      '0a0e 010c 01 027b 2000 41d47d 6a 2100 0b', // two vectors, then the body
    ]
      .join('')
      .replaceAll(' ', ''),
  )
})
