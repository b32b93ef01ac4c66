import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { headOf, readHeads } from './heads.ts'

const bytes = Buffer.from(Array.from({ length: 5000 }, (_, at) => at % 251))
const md5 = (size: number): string => createHash('md5').update(bytes.subarray(0, size)).digest('hex')

/** The first bytes of a file, which fails where more is read than its head. */
const file = (size: number) => ({
  size,
  read: async (start: number, end: number) => {
    assert.ok(start === 0 && end <= 1025 && end <= size, `${start} to ${end}`)
    return bytes.subarray(start, end)
  },
})

test('a file has the heads of its first 1024 and 1025 bytes', async () => {
  assert.deepEqual(await readHeads(file(5000)), [headOf(5000, md5(1024)), headOf(5000, md5(1025))])
  assert.deepEqual(await readHeads(file(1025)), [headOf(1025, md5(1024)), headOf(1025, md5(1025))])
})

test('a file that is shorter than its head has one', async () => {
  for (const size of [0, 1, 1023, 1024])
    assert.deepEqual(await readHeads(file(size)), [headOf(size, md5(size))])
})

test('heads in capitals are the same', () => {
  assert.equal(headOf(3, 'ABCDEF'), headOf(3, 'abcdef'))
  assert.notEqual(headOf(3, 'abcdef'), headOf(4, 'abcdef'))
})
