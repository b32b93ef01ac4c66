import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSharedRuns } from './shared-runs.ts'

/** Work whose runs are ended by hand, and counted. */
function work() {
  const ends: ((failure?: Error) => void)[] = []
  const run = () => {
    const number = ends.length
    return new Promise<number>((resolve, reject) => {
      ends.push((failure) => (failure === undefined ? resolve(number) : reject(failure)))
    })
  }
  return { ends, run }
}

test('one run goes on at a time, and all who ask meanwhile share the next', async () => {
  const [runs, { ends, run }] = [createSharedRuns<number>(), work()]
  const first = runs.run('a', run)
  const waiting = Array.from({ length: 5 }, () => runs.run('a', run))
  assert.equal(ends.length, 1)
  ends[0]?.()
  assert.equal(await first, 0)
  await new Promise(setImmediate)
  assert.equal(ends.length, 2)
  const later = runs.run('a', run)
  ends[1]?.()
  assert.deepEqual(await Promise.all(waiting), [1, 1, 1, 1, 1])
  await new Promise(setImmediate)
  ends[2]?.()
  assert.equal(await later, 2)
  const alone = runs.run('a', run)
  assert.equal(ends.length, 4)
  ends[3]?.()
  assert.equal(await alone, 3)
})

test('a run that fails is failed for those who share it alone', async () => {
  const [runs, { ends, run }] = [createSharedRuns<number>(), work()]
  const [first, next] = [runs.run('a', run), runs.run('a', run)]
  ends[0]?.(new Error('broken'))
  await assert.rejects(first, /broken/)
  await new Promise(setImmediate)
  ends[1]?.()
  assert.equal(await next, 1)
})

test('keys have nothing to do with each other', async () => {
  const [runs, { ends, run }] = [createSharedRuns<number>(), work()]
  const both = [runs.run('a', run), runs.run('b', run)]
  assert.equal(ends.length, 2)
  for (const end of ends) end()
  assert.deepEqual(await Promise.all(both), [0, 1])
})
