import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shows } from '../../../../test/support/shows.ts'
import { taskIdOf, taskNumberOf } from './tasks.ts'

/** 2025-04-28 10:19:34.461 in China. */
const createdAt = Date.UTC(2025, 3, 28, 2, 19, 34, 461)

test('a task_id is the time in China to the ms, and the number of the task in 9 digits or more', () => {
  assert.equal(taskIdOf({ id: 357_198_994, createdAt }), '250428101934461357198994')
  assert.equal(taskIdOf({ id: 7, createdAt }), '250428101934461000000007')
  assert.equal(taskIdOf({ id: 12_345_678_901, createdAt }), '25042810193446112345678901')
  shows('iflytek-ost', 'data.task_id')
})

test('the number of a task is read from its task_id', () => {
  for (const id of [1, 357_198_994, 999_999_999, 1_000_000_000, 2 ** 50]) {
    assert.equal(taskNumberOf(taskIdOf({ id, createdAt })), id)
  }
})

test('what is no task_id has no number', () => {
  for (const text of [
    '',
    '1',
    '25042810193446100000000',
    '9'.repeat(40),
    '9'.repeat(31),
    '25042810193446100000000x',
  ]) {
    assert.equal(taskNumberOf(text), null)
  }
})
