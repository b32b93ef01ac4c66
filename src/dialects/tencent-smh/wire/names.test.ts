import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SmhError } from '../errors.ts'
import { directoryPath, splitPath } from './names.ts'

test('slashes at the beginning and the end of a path say nothing', () => {
  for (const [path, names] of [
    ['', []],
    ['/', []],
    ['///', []],
    ['a', ['a']],
    ['//a/b///', ['a', 'b']],
    ['a//b', ['a', '', 'b']],
  ] as const) {
    assert.deepEqual(splitPath(path), names, path)
  }
})

test('a path is read once, however many slashes are within it', () => {
  // Looking for the last slashes from each of them would take hours.
  assert.equal(splitPath(`a${'/'.repeat(1_000_000)}b`).length, 1_000_001)
})

test('a path has at most 128 names of 255 characters', () => {
  const isRefused = (error: unknown) =>
    error instanceof SmhError && error.code === 'InvalidSpaceOrDirectoryPath'
  assert.throws(() => directoryPath('a/'.repeat(129)), isRefused)
  assert.throws(() => directoryPath('a/'.repeat(500_000)), isRefused)
  const names = Array<string>(128).fill('😀'.repeat(255))
  assert.deepEqual(directoryPath(names.join('/')), names)
})
