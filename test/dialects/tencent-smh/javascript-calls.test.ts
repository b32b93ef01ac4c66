import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { NOT_OFFERED_CALLS, OFFERED_CALLS } from './javascript-calls.ts'
import { BYTES, FOLDER, namesOf, SCHEMES, SdkRig } from './javascript-rig.ts'
import type { Body } from './rig.ts'

const AREAS = ['batch', 'quota', 'recycled', 'space', 'task', 'token', 'usage']

for (const scheme of SCHEMES) {
  describe(`tencent-smh: other calls of the JavaScript SDK by ${scheme}`, () => {
    let js: SdkRig
    before(async () => {
      js = await SdkRig.start(scheme)
    })
    after(() => js.rig.stop())

    const ok: SdkRig['ok'] = (...call) => js.ok(...call)
    const status: SdkRig['status'] = (...call) => js.status(...call)

    test('the JavaScript SDK makes, renews and deletes tokens', async () => {
      const query = { access_token: null }
      const { accessToken: I, expiresIn } = await js.createToken({ client_id: 'page', session_id: 's1' })
      assert.equal(expiresIn, 3600)
      assert.equal((await ok('token.renewToken', { I, query })).expiresIn, 3600)
      assert.equal(await status('token.deleteToken', { I, query }), 204)
      const { accessToken } = await js.createToken({ client_id: 'page' })
      assert.equal(await js.deleteTokens({ client_id: 'page' }), 204)
      for (const access_token of [I, accessToken]) {
        const late = await js.sdk.call('usage.getLibraryUsage', { query: { access_token } })
        assert.deepEqual([late.status, late.data.code], [403, 'InvalidAccessToken'])
      }
      assert.equal(await status('usage.getLibraryUsage'), 200)
      shows('tencent-smh', 'smh-js-sdk: token')
    })

    test('the JavaScript SDK copies, moves and deletes in batches, and asks for tasks', async () => {
      await js.upload(`${FOLDER}/batch.txt`)
      const [from, copy, moved] = ['batch', 'copied', 'moved'].map((name) => `${FOLDER}/${name}.txt`)
      const statusOf = ({ result }: Body) => (result as readonly Body[]).map((each) => each.status)
      assert.deepEqual(statusOf(await ok('batch.batchCopy', { body: [{ copyFrom: from, to: copy }] })), [200])
      await ok('batch.batchMove', { body: [{ from: copy, to: moved }] })
      await ok('batch.batchDelete', { body: [{ path: moved }] })
      const many = Array.from({ length: 101 }, (_, n) => ({ path: `${FOLDER}/none-${n}` }))
      const I = Number((await ok('batch.batchDelete', { body: many })).taskId)
      for (const name of ['task.queryTask', 'task.queryLibraryTask']) {
        const [known, ...others] = (await ok(name, { I: `${I},0,999999` })) as unknown as readonly Body[]
        assert.deepEqual([known?.taskId, others], [I, []])
      }
      for (const name of ['task.queryTaskV2', 'task.queryLibraryTaskV2']) {
        assert.equal((await ok(name, { I })).taskId, String(I))
      }
      shows('tencent-smh', 'smh-js-sdk: batch, task')
    })

    test('the JavaScript SDK lists, restores and empties the bin', async () => {
      const names = ['r1.txt', 'r2.txt', 'r3.txt', 'r4.txt']
      const ids: number[] = []
      for (const name of names) {
        await js.upload(`${FOLDER}/${name}`)
        ids.push(Number((await ok('file.deleteFile', { P: `${FOLDER}/${name}` })).recycledItemId))
      }
      const order = { order_by: 'removalTime', order_by_type: 'desc', user_id: 'js-user' }
      const listed = await ok('recycled.recycleList', { query: { limit: 50, ...order } })
      assert.ok(names.every((name) => namesOf(listed).includes(name)))
      const page = await ok('recycled.recycleListByPage', { query: { page: 1, page_size: 2, ...order } })
      assert.deepEqual(namesOf(page), ['r4.txt', 'r3.txt'])
      const [I = 0, second = 0, third = 0, fourth = 0] = ids
      assert.equal((await ok('recycled.recycleInfo', { I })).size, String(BYTES.length))
      const restore_path_strategy = 'fallbackToRoot'
      const query = { conflict_resolution_strategy: 'rename', restore_path_strategy }
      const { path } = await ok('recycled.recycleRestore', { I, query })
      assert.deepEqual(path, ['sdk test', 'é+&', 'r1.txt'])
      await ok('recycled.recycleRestoreBatch', { body: [second], query: { restore_path_strategy } })
      assert.equal(await status('recycled.recyclePurge', { I: third }), 204)
      assert.equal(await status('recycled.recyclePurgeBatch', { body: [fourth] }), 204)
      assert.equal(await status('recycled.recycleSetLifecycle', { body: { retentionDays: 30 } }), 204)
      await ok('recycled.recycleEmpty')
      assert.deepEqual(namesOf(await ok('recycled.recycleList')), [])
      shows('tencent-smh', 'smh-js-sdk: recycled')
    })

    test('the JavaScript SDK makes, reads, changes and deletes spaces', async () => {
      const space_id = js.sdk.space
      const made = await ok('space.createSpace', { query: { space_id }, body: { spaceTag: 'sdk' } })
      const S = String(made.spaceId)
      assert.notEqual(S, space_id)
      const { list } = await ok('space.listSpace', { query: { limit: 10, ordered: 1, prefix: 'def' } })
      assert.deepEqual(
        (list as readonly Body[]).map(({ spaceId }) => spaceId),
        ['default'],
      )
      assert.equal((await ok('space.getLibrarySpaceCount')).total, 2)
      assert.match(String((await ok('space.getSpaceSize')).size), /^\d+$/)
      assert.match(String((await ok('space.getFileCountInSpace')).fileNum), /^\d+$/)
      assert.equal(await status('space.updateSpaceExtension', { body: { isPublicRead: true } }), 204)
      assert.equal((await ok('space.getSpaceExtension')).isPublicRead, true)
      const order = { order_by: 'name', order_by_type: 'asc' }
      await js.upload(`${FOLDER}/viewed.txt`)
      const view = { filter: 'onlyFile', limit: 10, with_path: 'true', ...order }
      assert.ok(namesOf(await ok('space.getContentsView', { query: view })).includes('viewed.txt'))
      for (const downloadTrafficLimit of [1_048_576, -1]) {
        assert.equal(await status('space.setSpaceTrafficLimit', { body: { downloadTrafficLimit } }), 204)
      }
      const { accessToken: access_token } = await js.createToken({ space_id: S })
      assert.equal(await status('space.deleteSpace', { S, query: { force: 1, access_token } }), 204)
      shows('tencent-smh', 'smh-js-sdk: space')
    })

    test('the JavaScript SDK makes, reads and changes quotas, and reads usage', async () => {
      await ok('usage.getLibraryUsage')
      const usage = (await ok('usage.getUsage', { I: js.sdk.space })) as unknown as readonly Body[]
      assert.deepEqual(
        usage.map(({ spaceId }) => spaceId),
        ['default'],
      )
      const capacity = '10737418240'
      const limits = { capacity, removeWhenExceed: false, removeAfterDays: 30 }
      const quota = await ok('quota.createQuota', { body: { ...limits, spaces: [js.sdk.space] } })
      const I = Number(quota.quotaId)
      assert.equal((await ok('quota.getQuota', { query: { user_id: 'js-user' } })).capacity, capacity)
      assert.equal((await ok('quota.getSpaceQuota')).capacity, capacity)
      const larger = '21474836480'
      const body = { capacity: larger, removeWhenExceed: false }
      assert.equal(await status('quota.updateQuota', { body }), 204)
      assert.equal((await ok('quota.getQuotaInfo', { I })).capacity, larger)
      assert.equal(await status('quota.updateQuotaById', { I, body: { capacity } }), 204)
      shows('tencent-smh', 'smh-js-sdk: quota, usage')
    })

    test('the calls of the JavaScript SDK that are not offered say so', async () => {
      const P = `${FOLDER}/not-offered.mp4`
      await js.upload(P)
      for (const name of NOT_OFFERED_CALLS.keys()) {
        const answer = await js.sdk.call(name, { P, K: 'a'.repeat(32), I: 1 })
        assert.deepEqual([answer.status, answer.data.code], [400, 'FunctionNotEnabled'], name)
      }
      shows('tencent-smh', 'smh-js-sdk: what is not offered')
    })

    test('every other offered call of the JavaScript SDK has been made', () => {
      assert.deepEqual(js.notCalled(AREAS), [])
    })
  })
}

test('the README of the dialect lists every call of the JavaScript SDK, offered or not', () => {
  const readme = readFileSync(
    new URL('../../../src/dialects/tencent-smh/README.md', import.meta.url),
    'utf8',
  ).split('\n')
  const cell = (area: string, column: number): string =>
    readme.find((line) => line.startsWith(`| \`${area}\` `))?.split('|')[column] ?? ''
  for (const [calls, column] of [
    [OFFERED_CALLS, 2],
    [NOT_OFFERED_CALLS, 3],
  ] as const) {
    for (const name of calls.keys()) {
      const [area = '', call] = name.split('.')
      assert.match(cell(area, column), new RegExp(`\\b${call}\\b`), name)
    }
  }
  shows('tencent-smh', 'smh-js-sdk: the list of calls')
})
