import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Service } from '@volcengine/openapi'
import type { AccountKey } from '../../../src/core/accounts.ts'
import { ALL_RIGHTS } from '../../../src/core/model/accounts.ts'
import { ACTIONS } from '../../../src/dialects/volcengine-vms/calls/routes.ts'
import { presign } from '../../../src/object-plane/tos/index.ts'
import { ALL_BUT, bucketKey, keyEntry, LIMITED_KEYS, ONLY, PREFIXED } from '../../support/limited-keys.ts'
import { shows } from '../../support/shows.ts'
import { type VmsAnswer, wav } from '../../support/volcengine.ts'
import { ACCOUNT, assertError, type Params, type Rig, startRig } from './rig.ts'

const HERE = bucketKey('vms')
const ELSEWHERE = bucketKey('vod-0123456789abcdef0123456789abcdef')
const KEYS = [...LIMITED_KEYS, HERE, ELSEWHERE]

describe('volcengine-vms: keys that may do less than all', () => {
  let rig: Rig
  before(async () => {
    const accounts = [{ ...ACCOUNT, keys: KEYS.map(keyEntry) }]
    rig = await startRig({ accounts, settings: { 'volcengine_vms.fetch_hosts': '127.0.0.1' } })
  })
  after(() => rig.stop())

  const ask = (key: AccountKey, action: string, parameters: Params = {}): Promise<VmsAnswer> =>
    rig.answer(action, parameters, { keys: keyEntry(key) })
  const isDenied = ({ body }: VmsAnswer): boolean => body.ResponseMetadata.Error?.Code === 'AccessDenied'
  const requireDenied = (answer: VmsAnswer): void =>
    assertError(answer, {
      ...{ status: 403, code: 'AccessDenied', codeN: 100013 },
      message: 'You are not authorized to perform this action.',
    })
  const url = (key: AccountKey, method: 'GET' | 'PUT', fileName: string): string =>
    presign({
      ...{ method, baseUrl: rig.url, path: `/${ACCOUNT.id}/${fileName}`, keys: key },
      ...{ region: 'cn-north-2', expiresS: 600, now: rig.clock.now() },
    })

  test('every action is for keys with the right that it needs, and for no others', async () => {
    for (const [action, { needs }] of Object.entries(ACTIONS)) {
      requireDenied(await ask(ALL_BUT[needs], action))
      for (const right of ALL_RIGHTS.may)
        assert.equal(isDenied(await ask(ONLY[right], action)), right !== needs, `${action}: ${right}`)
    }
    shows('volcengine-vms', 'AccessDenied')
  })

  test('queries need the right to read, the delete to delete, all else to write', () => {
    for (const [action, { needs }] of Object.entries(ACTIONS)) {
      const expected = action.startsWith('Query') ? 'read' : action.includes('Delete') ? 'delete' : 'write'
      assert.equal(needs, expected, action)
    }
  })

  test('a key that may only write uploads and commits, and reads nothing', async () => {
    const FileName = 'written.wav'
    const asked = (await ask(ONLY.write, 'GetResourceUploadUrl', { FileName })).body.Result as Params
    assert.equal((await rig.put(String(asked.UploadUrl), wav(1))).status, 200)
    assert.equal((await ask(ONLY.write, 'CommitResourceUpload', { FileName })).status, 200)
    assert.equal((await fetch(url(ONLY.write, 'GET', FileName))).status, 403)
    const read = await fetch(url(ONLY.read, 'GET', FileName))
    assert.deepEqual([read.status, Buffer.from(await read.arrayBuffer())], [200, wav(1)])
    assert.equal((await rig.put(url(ONLY.read, 'PUT', FileName), wav(1))).status, 403)
  })

  test('a key with a prefix reaches the FileNames that begin so, and what was made of them', async () => {
    const [inside, outside] = [await rig.make('in-a.wav', wav(1)), await rig.make('out.wav', wav(1))]
    const template = (await rig.result('OpenCreateTts', { Name: 'in-t', TtsTemplateContent: 'hello' }))
      .ResourceKey
    for (const action of ['GetResourceUploadUrl', 'CommitResourceUpload']) {
      assert.equal((await ask(PREFIXED, action, { FileName: 'in-a.wav' })).status, 200)
      requireDenied(await ask(PREFIXED, action, { FileName: 'out.wav' }))
    }
    assert.equal((await fetch(url(PREFIXED, 'GET', 'in-a.wav'))).status, 200)
    assert.equal((await fetch(url(PREFIXED, 'GET', 'out.wav'))).status, 403)
    for (const [action, more] of [
      ['OpenUpdateResource', { Name: 'b' }],
      ['OpenDeleteResource', {}],
    ] as const) {
      for (const ResourceKey of [outside, template, 'unknown'])
        requireDenied(await ask(PREFIXED, action, { ResourceKey, ...more }))
      assert.equal((await ask(PREFIXED, action, { ResourceKey: inside, ...more })).status, 200)
    }
    shows('volcengine-vms', 'keys with a prefix')
  })

  test('a key with a prefix is refused what names no file', async () => {
    for (const action of ['QueryOpenGetResource', 'QueryUsableResource', 'OpenCreateTts', 'FetchResource'])
      requireDenied(await ask(PREFIXED, action, { Type: 0 }))
    shows('volcengine-vms', 'keys with a prefix, lists')
  })

  test('a list of buckets names the voice resources vms', async () => {
    assert.equal((await ask(HERE, 'QueryOpenGetResource', { Type: 0 })).status, 200)
    requireDenied(await ask(ELSEWHERE, 'QueryOpenGetResource', { Type: 0 }))
    assert.equal((await rig.put(url(HERE, 'PUT', 'here.wav'), wav(1))).status, 200)
    assert.equal((await rig.put(url(ELSEWHERE, 'PUT', 'there.wav'), wav(1))).status, 403)
    shows('volcengine-vms', 'keys with buckets')
  })

  test('@volcengine/openapi is told AccessDenied', async () => {
    const { accessKey, secretKey } = ALL_BUT.delete
    const service = new Service({
      ...{ serviceName: 'vms', defaultVersion: '2022-01-01', region: 'cn-north-1' },
      ...{ host: new URL(rig.url).host, protocol: 'http:', accessKeyId: accessKey, secretKey },
    })
    const { ResponseMetadata } = await service.createJSONAPI('OpenDeleteResource')({ ResourceKey: 'r' })
    assert.equal(ResponseMetadata.Error?.Code, 'AccessDenied')
  })
})
