import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from '../test/support/folder.ts'
import { keepPrivate, type PrivatePlaces } from './private-data.ts'

function folder(t: TestContext): string {
  const path = temporaryFolder()
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

function file(path: string, mode: number): string {
  writeFileSync(path, 'x')
  chmodSync(path, mode)
  return path
}

/** What is told about a data folder and files beside it. */
function told(dir: string, places: Partial<PrivatePlaces> = {}, options = {}): readonly string[] {
  const lines: string[] = []
  const all = { dataDir: dir, secretKeyFile: '', tlsKey: '', ...places }
  keepPrivate(all, { tell: (line) => void lines.push(line), ...options })
  return lines
}

test('a data folder that others may use is closed, with all that lies in it, and that is told in one line', (t) => {
  const dir = folder(t)
  chmodSync(dir, 0o755)
  const secret = file(join(folder(t), 'elsewhere.key'), 0o640)
  const files = ['stowage.db', 'secret.key', 'demo-account.toml', 'tls-authority.pem'].map((name, at) =>
    file(join(dir, name), [0o644, 0o604, 0o660, 0o777][at] ?? 0),
  )
  mkdirSync(join(dir, 'blobs', '00'), { recursive: true })
  chmodSync(join(dir, 'blobs'), 0o2775)
  const [line = '', ...more] = told(dir, { secretKeyFile: secret })
  assert.deepEqual(more, [])
  for (const path of [dir, secret, ...files, join(dir, 'blobs')]) {
    assert.match(modeOf(path), /^[67]00$/, path)
    assert.ok(line.includes(path), path)
  }
  assert.ok(statSync(join(dir, 'blobs')).mode & 0o2000)
  assert.deepEqual(told(dir, { secretKeyFile: secret }), [])
})

test('what cannot be closed, and what a link leads to, is told with what to do, and left as it is', (t) => {
  const dir = folder(t)
  const database = file(join(dir, 'stowage.db'), 0o644)
  const target = file(join(folder(t), 'other'), 0o644)
  symlinkSync(target, join(dir, 'blobs'))
  const chmod = () => {
    throw Object.assign(new Error('not permitted'), { code: 'EPERM' })
  }
  assert.deepEqual(told(dir, {}, { chmod }), [
    `data_dir: others have rights in ${database}, ${join(dir, 'blobs')}; run chmod go= on them`,
  ])
  told(dir)
  assert.deepEqual([modeOf(database), modeOf(target)], ['600', '644'])
  chmodSync(target, 0o600)
  assert.deepEqual(told(dir), [])
})

test('a key of HTTPS that all users have is told; one for a group is the operator’s choice', (t) => {
  const dir = folder(t)
  const key = file(join(folder(t), 'tls.pem'), 0o644)
  assert.deepEqual(told(dir, { tlsKey: key }), [
    `tls.key: every user has rights in ${key}; run chmod o= on it`,
  ])
  assert.equal(modeOf(key), '644')
  chmodSync(key, 0o640)
  assert.deepEqual(told(dir, { tlsKey: key }), [])
})

test('a data folder that is not there yet is none to look at', (t) => {
  assert.deepEqual(told(join(folder(t), 'new')), [])
})
