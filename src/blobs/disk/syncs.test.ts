import assert from 'node:assert/strict'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from '../../../test/support/folder.ts'
import { makeSegmentFolders } from './layout.ts'
import { SegmentFile } from './segment-file.ts'

const NAME = 'ab'.repeat(16)

test('a segment is synced after its last byte, then its folder, before its facts are told', (t) => {
  const { dir, calls } = watched(t)
  const file = new SegmentFile(join(dir, NAME), [], () => {})
  file.write(Buffer.from('first'))
  file.write(Buffer.from('last'))
  assert.deepEqual(calls, [`write ${NAME}`, `write ${NAME}`])
  file.finish('strict')
  assert.deepEqual(calls.slice(2), [`sync ${NAME}`, `sync ${basename(dir)}`])
})

test('a relaxed segment is not synced', (t) => {
  const { dir, calls } = watched(t)
  const file = new SegmentFile(join(dir, NAME), [], () => {})
  file.write(Buffer.from('all'))
  file.finish('relaxed')
  assert.deepEqual(calls, [`write ${NAME}`])
})

test('new folders are synced up to the one that was there', (t) => {
  const { dir, calls } = watched(t)
  makeSegmentFolders(join(dir, 'data', 'blobs'), 'strict')
  assert.deepEqual(calls, ['sync blobs', 'sync data', `sync ${basename(dir)}`])
})

test('folders that an earlier start made are synced, for it may not have come to that', (t) => {
  const { dir, calls } = watched(t)
  makeSegmentFolders(join(dir, 'blobs'), 'relaxed')
  assert.deepEqual(calls, [])
  makeSegmentFolders(join(dir, 'blobs'), 'strict')
  assert.deepEqual(calls, ['sync blobs', `sync ${basename(dir)}`])
})

/** A new folder, and from now on the calls that write and sync, with the last part of their path. */
function watched(t: TestContext): { readonly dir: string; readonly calls: string[] } {
  const dir = temporaryFolder()
  const calls: string[] = []
  const names = new Map<number, string>()
  const { openSync, writeSync, fsyncSync } = fs
  t.mock.method(fs, 'openSync', (...args: Parameters<typeof openSync>) => {
    const fd = openSync(...args)
    names.set(fd, basename(String(args[0])))
    return fd
  })
  t.mock.method(fs, 'writeSync', (fd: number, bytes: Uint8Array, offset: number) => {
    calls.push(`write ${names.get(fd)}`)
    return writeSync(fd, bytes, offset)
  })
  t.mock.method(fs, 'fsyncSync', (fd: number) => {
    calls.push(`sync ${names.get(fd)}`)
    fsyncSync(fd)
  })
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
    fs.rmSync(dir, { recursive: true })
  })
  return { dir, calls }
}
