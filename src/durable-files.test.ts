import assert from 'node:assert/strict'
import fs, { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from '../test/support/folder.ts'
import { makeFolders, removeDrafts, syncFolders, writeOnce } from './durable-files.ts'

test('a file is written once, whole, for its owner alone', (t) => {
  const { file, dir } = placeOf(t)
  assert.equal(writeOnce(file, 'first'), true)
  assert.equal(writeOnce(file, 'second'), false)
  assert.equal(readFileSync(file, 'utf8'), 'first')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(dir), ['file'])
})

test('of processes that write at once the first one holds', (t) => {
  const { file, dir } = placeOf(t)
  const { linkSync } = fs
  mocked(t, 'linkSync', (...args: Parameters<typeof linkSync>) => {
    fs.writeFileSync(file, 'another was faster')
    linkSync(...args)
  })
  assert.equal(writeOnce(file, 'mine'), false)
  assert.equal(readFileSync(file, 'utf8'), 'another was faster')
  assert.deepEqual(readdirSync(dir), ['file'])
})

test('its bytes are synced, then it gets its name, then the folder is synced; the folder also where it was there', (t) => {
  const { file, dir } = placeOf(t)
  const calls: string[] = []
  const names = new Map<number, string>()
  const { openSync, fsyncSync, linkSync } = fs
  mocked(t, 'openSync', (...args: Parameters<typeof openSync>) => {
    const fd = openSync(...args)
    names.set(fd, String(args[0]))
    return fd
  })
  mocked(t, 'fsyncSync', (fd: number) => {
    calls.push(`sync ${basename(names.get(fd) ?? '').split('.')[0]}`)
    fsyncSync(fd)
  })
  mocked(t, 'linkSync', (...args: Parameters<typeof linkSync>) => {
    calls.push('name')
    linkSync(...args)
  })
  writeOnce(file, 'text')
  assert.deepEqual(calls, ['sync file', 'name', `sync ${basename(dir)}`])
  writeOnce(file, 'text')
  assert.deepEqual(calls.slice(3), [`sync ${basename(dir)}`])
})

test('a file that cannot be written is not there, and leaves no draft', (t) => {
  const { file, dir } = placeOf(t)
  mocked(t, 'linkSync', () => {
    throw new Error('no room')
  })
  assert.throws(() => writeOnce(file, 'text'), /no room/)
  assert.deepEqual(readdirSync(dir), [])
})

const UUID = '0b9c1f5e-6f0a-4c1d-8e2b-1234567890ab'

for (const { when, act } of [
  { when: 'when it is there', act: removeDrafts },
  { when: 'when it is written', act: (file: string) => void writeOnce(file, 'text') },
]) {
  test(`drafts that an earlier process left of a file go, ${when}, and nothing else`, (t) => {
    const { file, dir } = placeOf(t)
    const others = [`file.${UUID}.old`, `file.${UUID.replace('-4', '-1')}`, 'file.bak', `x-file.${UUID}`]
    for (const name of [...others, `file.${UUID}`]) {
      fs.writeFileSync(join(dir, name), 'left')
      fs.utimesSync(join(dir, name), 1, 1)
    }
    const underway = `file.${UUID.replace(/^0/, '1')}`
    fs.writeFileSync(join(dir, underway), 'of another process that runs')
    act(file)
    assert.deepEqual(
      readdirSync(dir)
        .filter((name) => name !== 'file')
        .sort(),
      [...others, underway].sort(),
    )
  })
}

test('a draft that another process takes for one that was left is written again', (t) => {
  const { file, dir } = placeOf(t)
  const { linkSync } = fs
  let tries = 0
  mocked(t, 'linkSync', (...args: Parameters<typeof linkSync>) => {
    tries += 1
    if (tries === 1) rmSync(String(args[0]))
    linkSync(...args)
  })
  assert.equal(writeOnce(file, 'text'), true)
  assert.equal(readFileSync(file, 'utf8'), 'text')
  assert.deepEqual([tries, readdirSync(dir)], [2, ['file']])
})

test('new folders are for their owner alone', (t) => {
  const { dir } = placeOf(t)
  const path = join(dir, 'a', 'b')
  assert.equal(makeFolders(path), join(dir, 'a'))
  syncFolders(path, makeFolders(path))
  for (const made of [path, join(dir, 'a')]) assert.equal(statSync(made).mode & 0o777, 0o700)
})

function placeOf(t: TestContext) {
  const dir = temporaryFolder()
  t.after(() => rmSync(dir, { recursive: true }))
  return { dir, file: join(dir, 'file') }
}

function mocked<Name extends 'openSync' | 'fsyncSync' | 'linkSync'>(
  t: TestContext,
  name: Name,
  instead: (typeof fs)[Name] | ((...args: Parameters<(typeof fs)[Name]>) => void),
): void {
  t.mock.method(fs, name, instead as (typeof fs)[Name])
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
}
