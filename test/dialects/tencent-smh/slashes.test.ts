import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { LIBRARIES, type Params, type Rig, startRig } from './rig.ts'

const { id, secret } = LIBRARIES.spaces

/** Every path of the API that is no path of a file or directory, with a query that makes its call answer something of its own. */
const CALLS: readonly (readonly [method: string, path: string, query?: Params])[] = [
  ['GET', 'token', { library_id: id, library_secret: secret, grant: 'admin' }],
  ['POST', 'token', { library_id: id, library_secret: secret, grant: 'admin' }],
  ['POST', `token/${id}/no-token`],
  ['DELETE', `token/${id}/no-token`],
  ['DELETE', `token/${id}`, { library_secret: secret, user_id: 'nobody' }],
  ['POST', `space/${id}`],
  ['GET', `space/${id}`],
  ['GET', `space/${id}/list`],
  ['GET', `space/${id}/count`],
  ['GET', `space/${id}/home/extension`],
  ['POST', `space/${id}/home/extension`],
  ['GET', `space/${id}/home/size`],
  ['GET', `space/${id}/home/file-count`],
  ['GET', `space/${id}/home/contents-view`],
  ['POST', `space/${id}/home/traffic-limit`],
  ['DELETE', `space/${id}/none`],
  ['GET', `usage/${id}`],
  ['GET', `usage/${id}/home`],
  ['GET', `stats/${id}/space-size`],
  ['GET', `task/${id}/1`],
  ['GET', `task/${id}/home/1`],
  ['GET', `task-result/${id}/1`],
  ['GET', `task-result/${id}/home/1`],
  ['POST', `quota/${id}`],
  ['GET', `quota/${id}/home`],
  ['PUT', `quota/${id}/home`],
  ['GET', `space-quota/${id}/home`],
  ['GET', `inode/${id}/home/1`],
  ['GET', `file-deletion-check/${id}/home/1`],
  ['GET', `recycled/${id}/home`],
  ['POST', `recycled/${id}/home`, { restore: null }],
  ['DELETE', `recycled/${id}/home`],
  ['GET', `recycled/${id}/home/1`],
  ['POST', `recycled/${id}/home/1`, { restore: null }],
  ['DELETE', `recycled/${id}/home/1`],
  ['POST', `batch/${id}/home`, { delete: null }],
  ['GET', `directory/${id}/home`],
  ['HEAD', `directory/${id}/home`],
  ['GET', `file/${id}/home`],
  ['GET', `album/${id}/home/cover`],
  ['OPTIONS', `quota/${id}`],
  ['OPTIONS', `space/${id}/list`],
]

describe('tencent-smh: slashes at the end of paths', () => {
  let rig: Rig
  let access_token: string
  before(async () => {
    rig = await startRig()
    access_token = await rig.token('admin', { library: 'spaces' })
    await rig.expect(201, 'POST', `space/${id}`, { access_token, space_id: 'home' })
  })
  after(() => rig.stop())

  test('every path may end with a slash', async () => {
    for (const [method, path, query = { access_token }] of CALLS) {
      const ask = async (asked: string) => {
        const { status, body } = await rig.call(method, asked, { access_token, ...query })
        return [status, body?.code]
      }
      const expected = await ask(path)
      assert.notEqual(expected[1], 'RouteNotFound', path)
      assert.ok(Number(expected[0]) < 500, `${method} ${path}`)
      assert.deepEqual(await ask(`${path}/`), expected, `${method} ${path}/`)
    }
    shows('tencent-smh', 'path of calls')
  })

  test('a quota is made by the path that the Android client sends', async () => {
    const json = { spaces: ['home'], capacity: '1000' }
    await rig.expect(201, 'POST', `quota/${id}/`, { access_token }, { json })
    const { capacity } = await rig.expect(200, 'GET', `quota/${id}/home/`, { access_token })
    assert.equal(capacity, '1000')
  })
})
