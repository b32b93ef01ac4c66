import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { assertFailure, LIBRARIES, type Rig, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'

let rig: Rig
let tree: Tree

before(async () => {
  rig = await startRig()
  tree = await treeOf(rig)
  await tree.makeVirtual('notes')
})
after(() => rig.stop())

test('a search is for who may read the space', async () => {
  const path = `search/${tree.base}/space-contents`
  const json = { keyword: 'notes' }
  assertFailure(await rig.call('POST', path, {}, { json }), 400, 'EmptyAccessToken')
  assertFailure(await rig.call('POST', path, { access_token: 'x' }, { json }), 403, 'InvalidAccessToken')
  const reader = await rig.token('')
  const { contents } = await rig.expect(200, 'POST', path, { access_token: reader }, { json })
  assert.ok(Array.isArray(contents) && contents.length === 1)
  const spaces = LIBRARIES.spaces.id
  const admin = await rig.token('admin', { library: 'spaces' })
  for (const space_id of ['one-space', 'two-space']) {
    await rig.expect(201, 'POST', `space/${spaces}`, { space_id, access_token: admin })
  }
  const access_token = await rig.token('', { library: 'spaces', query: { space_id: 'one-space' } })
  const call = (space: string) =>
    rig.call('POST', `search/${spaces}/${space}/space-contents`, { access_token }, { json })
  assert.equal((await call('one-space')).status, 200)
  assertFailure(await call('two-space'), 403, 'AccessTokenNotMatchSpace')
  shows('tencent-smh', 'any token', 'EmptyAccessToken, AccessTokenNotMatchSpace of a search')
})

test('a search with wrong conditions is refused', async () => {
  const wrong: readonly (readonly [object, number, string])[] = [
    [{ keyword: 1 }, 400, 'ParamInvalid'],
    [{ keyword: 'x'.repeat(256) }, 400, 'ParamInvalid'],
    [{ keyword: 'a b c d e f g h i j k' }, 400, 'SearchTooComplex'],
    [{ type: 'unknown' }, 400, 'ParamInvalid'],
    [{ type: ['!constructor'] }, 400, 'ParamInvalid'],
    [{ extname: 'pdf' }, 400, 'ParamInvalid'],
    [{ labels: Array.from({ length: 101 }, String) }, 400, 'ParamInvalid'],
    [{ minFileSize: -1 }, 400, 'ParamInvalid'],
    [{ maxFileSize: 1.5 }, 400, 'ParamInvalid'],
    [{ modificationTimeStart: 'yesterday' }, 400, 'InvalidTimeFormat'],
    [{ orderBy: 'colour' }, 400, 'OrderByNotAllowed'],
    [{ orderBy: 'name', orderByType: 'up' }, 400, 'OrderByTypeNotAllowed'],
    [{ searchMode: 'slow' }, 400, 'ParamInvalid'],
    [{ tags: [{ id: 1 }] }, 400, 'FunctionNotEnabled'],
    [{ scope: 'nowhere' }, 404, 'DirectoryNotFound'],
    [{ scope: 'notes' }, 404, 'DirectoryNotFound'],
    [{ creators: [{}] }, 400, 'ParamInvalid'],
  ]
  const access_token = tree.token
  for (const [json, status, code] of wrong) {
    const answer = await rig.call('POST', `search/${tree.base}/space-contents`, { access_token }, { json })
    assertFailure(answer, status, code)
  }
  for (const json of [
    { keyword: 'x'.repeat(255) },
    { keyword: 'a b c d e f g h i j' },
    { labels: Array.from({ length: 100 }, String) },
  ]) {
    await rig.expect(200, 'POST', `search/${tree.base}/space-contents`, { access_token }, { json })
  }
  shows(
    'tencent-smh',
    'search.keyword',
    'SearchTooComplex, InvalidTimeFormat, OrderByNotAllowed, FunctionNotEnabled, DirectoryNotFound of a search',
  )
})
