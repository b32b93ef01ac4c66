import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourceOf } from '../../scripts/check/project.ts'
import { ambient } from '../../scripts/check/rules/ambient.ts'
import { circles } from '../../scripts/check/rules/circles.ts'
import { dialectFolders } from '../../scripts/check/rules/dialect-folders.ts'
import { directions } from '../../scripts/check/rules/directions.ts'
import { faces } from '../../scripts/check/rules/faces.ts'
import { siblings } from '../../scripts/check/rules/siblings.ts'
import { storedBytes } from '../../scripts/check/rules/stored-bytes.ts'
import { vendors } from '../../scripts/check/rules/vendors.ts'

const importing = (path: string, ...targets: readonly string[]) =>
  sourceOf(path, targets.map((target) => `import type { A } from '${target}'`).join('\n'))

test('a circle of imports is told with the way round', () => {
  const round = [
    importing('src/a.ts', './b.ts'),
    importing('src/b.ts', './c.ts'),
    importing('src/c.ts', './a.ts'),
  ]
  assert.deepEqual(circles([...round, importing('src/d.ts', './a.ts')]), [
    'src/a.ts: imports itself: src/a.ts → src/b.ts → src/c.ts → src/a.ts',
  ])
})

test('each circle is told once, also beside ways that share files', () => {
  const sources = [
    importing('test/a.ts', './b.ts', './c.ts', './d.ts'),
    importing('test/b.ts', './d.ts', './a.ts'),
    importing('test/c.ts', './d.ts'),
    importing('test/d.ts', './e.ts'),
    importing('test/e.ts', './d.ts'),
    importing('test/f.ts', './f.ts'),
  ]
  assert.deepEqual(
    circles(sources).map((problem) => problem.split(': ')[2]),
    ['test/d.ts → test/e.ts → test/d.ts', 'test/a.ts → test/b.ts → test/a.ts', 'test/f.ts → test/f.ts'],
  )
})

test('imports that meet without a way back are no circle', () => {
  const sources = [
    importing('src/a.ts', './b.ts', './c.ts'),
    importing('src/b.ts', './d.ts'),
    importing('src/c.ts', './d.ts'),
  ]
  assert.deepEqual(circles([...sources, importing('src/d.ts')]), [])
})

test('the core imports no store, a dialect no other, a flavour no other', () => {
  const check = (path: string, target: string) => {
    const sources = [importing(path, target)]
    return [...directions(sources), ...siblings(sources)].length
  }
  assert.equal(check('src/core/uploads.ts', '../metadata/values.ts'), 1)
  assert.equal(check('src/dialects/tencent-smh/index.ts', '../huawei-vod/index.ts'), 1)
  assert.equal(check('src/object-plane/cos/flavour.ts', '../obs/signing.ts'), 1)
  assert.equal(check('src/object-plane/plane.ts', './obs/signing.ts'), 1)
  assert.equal(check('src/object-plane/cos/flavour.ts', '../types.ts'), 0)
  assert.equal(check('src/dialects/index.ts', './tencent-smh/index.ts'), 0)
  assert.equal(check('src/dialects/tencent-smh/calls/files.ts', '../index.ts'), 0)
})

test('only the places that may ask the machine for the time', () => {
  const reading = (path: string) => ambient([sourceOf(path, 'const now = Date.now()')]).length
  assert.equal(reading('src/core/uploads.ts'), 1)
  assert.equal(reading('src/system.ts'), 0)
  assert.equal(reading('src/core/uploads.test.ts'), 0)
})

test('all dialects have the same folders, and the same few files beside them', () => {
  const whole = ['index.ts', 'options.ts', 'hosts.ts', 'errors.ts', 'calls/call.ts', 'calls/routes.ts']
  const check = (...files: readonly string[]) =>
    dialectFolders(files.map((file) => sourceOf(`src/dialects/acme/${file}`, ''))).map(
      (problem) => problem.split(': ')[0],
    )
  assert.deepEqual(check(...whole, 'errors.test.ts', 'wire/fields.ts', 'wire/fields.test.ts'), [])
  const strays = ['names.ts', 'names.test.ts', 'helpers/names.ts', 'wire/json/names.ts']
  assert.deepEqual(
    check(...whole, ...strays),
    strays.map((file) => `src/dialects/acme/${file}`),
  )
  assert.deepEqual(check('options.ts', 'hosts.ts', 'errors.ts', 'calls/call.ts', 'calls/routes.ts'), [
    'src/dialects/acme/index.ts',
  ])
})

test('only calls and the index of a dialect import its calls', () => {
  const check = (path: string, target: string) =>
    dialectFolders([importing(`src/dialects/acme/${path}`, target)]).filter((problem) =>
      problem.includes('may not import'),
    ).length
  assert.equal(check('model/assets.ts', '../calls/confirm.ts'), 1)
  assert.equal(check('model/assets.ts', '../calls/call.ts'), 0)
  assert.equal(check('calls/routes.ts', './confirm.ts'), 0)
  assert.equal(check('index.ts', './calls/routes.ts'), 0)
})

test('a folder is imported by its face alone', () => {
  const check = (path: string, target: string) => faces([importing(path, target)]).length
  assert.equal(check('src/dialects/iflytek-ost/routes.ts', '../../core/use-cases/uploads.ts'), 1)
  assert.equal(check('src/dialects/iflytek-ost/routes.ts', '../../core/rules/names.ts'), 1)
  assert.equal(check('src/metadata/values.ts', '../core/rules/names.ts'), 0)
  assert.equal(check('src/dialects/iflytek-ost/routes.ts', '../../core/core.ts'), 0)
  assert.equal(check('src/core/core.ts', './use-cases/uploads.ts'), 0)
  assert.equal(check('test/e2e/large.test.ts', '../../src/core/use-cases/staging.ts'), 1)
  assert.equal(check('test/e2e/large.test.ts', '../../src/blobs/disk/jobs.ts'), 0)
})

test('no vendor is named outside the dialects, in whatever spelling', () => {
  const dialect = sourceOf('src/dialects/acme-drop/index.ts', 'acme-drop of Huawei')
  const naming = (text: string, path = 'src/http/server.ts') =>
    vendors([dialect, sourceOf(path, text)]).length
  for (const text of [
    '// as Tencent has it',
    'volcengineVms',
    'x-obs-id',
    'listVod()',
    'VOD_LIMIT',
    'acmeDrop',
    'acme_drop',
  ])
    assert.equal(naming(text), 1, text)
  for (const text of ["'POST'", 'hostOf', 'Math.cost', 'almost', 'acme', 'obsolete'])
    assert.equal(naming(text), 0, text)
  assert.equal(naming('volcengineVms', 'src/dialects/index.ts'), 0)
  assert.equal(naming('volcengineVms', 'src/dialects/dialect.ts'), 1)
  assert.equal(naming('TOS', 'src/object-plane/tos/flavour.ts'), 0)
})

test('what clients stored is read by those who serve it safely, or for work of their own', () => {
  const reads = 'return { status: 200, body: core.objects.read(object, 0, 10) }'
  for (const path of ['src/dialects/a/calls/get.ts', 'src/object-plane/b/flavour.ts', 'src/http/c.ts'])
    assert.equal(storedBytes([sourceOf(path, reads)]).length, 1, path)
  assert.equal(storedBytes([sourceOf('src/dialects/a/calls/get.ts', 'this.#trees.read(file)')]).length, 1)
  for (const path of ['src/http/serve-object.ts', 'src/core/core.ts', 'src/dialects/a/calls/get.test.ts'])
    assert.deepEqual(storedBytes([sourceOf(path, reads)]), [], path)
})
