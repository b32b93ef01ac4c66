import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire, signVms, type VmsAnswer, type VmsBody, wav } from '../../support/volcengine.ts'
import { ACCOUNT, type Params, type Rig, startRig } from './rig.ts'

const [COMMIT, DELETE] = ['CommitResourceUpload', 'OpenDeleteResource'] as const

describe('volcengine-vms: what the two documents print', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  /** A request with the head that the documents print, sent to this server. */
  async function asPrinted(action: string, json: Params): Promise<VmsAnswer> {
    const [rawQuery, body] = [`Action=${action}&Version=2022-01-01`, JSON.stringify(json)]
    const head = { host: 'cloud-vms.volcengineapi.com' }
    const signed = signVms({
      ...{ method: 'POST', rawQuery, headers: head, body, keys: ACCOUNT, region: 'cn-beijing' },
    })
    assert.match(
      String(signed.authorization),
      /^HMAC-SHA256 Credential=\w+\/\d{8}\/cn-beijing\/vms\/request, SignedHeaders=host;x-content-sha256;x-date, Signature=[0-9a-f]{64}$/,
    )
    const headers = { ...signed, 'content-type': 'application/json; charset=UTF-8' }
    const length = { 'content-length': Buffer.byteLength(body) }
    const answer = await sendWire(`${rig.url}/?${rawQuery}`, {
      ...{ method: 'POST', headers: { ...headers, ...length }, body },
    })
    return { ...answer, body: JSON.parse(answer.bytes.toString()) as VmsBody }
  }

  test('the printed requests get answers of the printed form', async () => {
    await rig.upload('abcdef', wav(1))
    const committed = await asPrinted(COMMIT, { FileName: 'abcdef' })
    const { ResourceKey } = committed.body.Result as Params
    const answers = [
      [COMMIT, committed, { Name: 'abcdef', Suffix: '.wav', ResourceKey }],
      [DELETE, await asPrinted(DELETE, { ResourceKey }), { ResourceKey }],
    ] as const
    for (const [action, { status, headers, body }, result] of answers) {
      const { RequestId, ...metadata } = body.ResponseMetadata
      assert.match(RequestId, /^20\d{12}[0-9A-F]{18}$/)
      assert.deepEqual([status, headers['content-type']], [200, 'application/json; charset=utf-8'])
      assert.deepEqual(
        { ...body, ResponseMetadata: metadata },
        {
          ResponseMetadata: {
            ...{ Action: action, Version: '2022-01-01', Service: 'vms', Region: 'cn-beijing' },
          },
          Result: result,
        },
      )
    }
    shows(
      'volcengine-vms',
      'CommitResourceUpload',
      'OpenDeleteResource',
      'CommitResourceUpload.Action',
      'CommitResourceUpload.Version',
      'CommitResourceUpload.FileName',
      'OpenDeleteResource.Action',
      'OpenDeleteResource.Version',
      'Host',
      'Content-Type',
      'X-Date',
      'X-Content-Sha256',
      'Authorization',
      'CommitResourceUpload.ResponseMetadata',
      'OpenDeleteResource.ResponseMetadata',
    )
  })

  test('Name is the name that was asked for, Suffix the file’s, ResourceKey 32 hex characters of its own', async () => {
    const files = [
      [`${randomUUID()}.mp3`, mediaFixture('cbr-tagged.mp3'), '.mp3'],
      [`${randomUUID()}.wav`, wav(1), '.wav'],
      [randomUUID(), wav(1), '.wav'],
    ] as const
    const keys = new Set<unknown>()
    for (const [FileName, bytes, suffix] of files) {
      await rig.upload(FileName, bytes)
      const { Name, Suffix, ResourceKey } = await rig.commit(FileName)
      assert.deepEqual([Name, Suffix], [FileName, suffix])
      assert.match(String(ResourceKey), /^[0-9a-f]{32}$/)
      keys.add(ResourceKey)
    }
    assert.equal(keys.size, files.length)
    shows(
      'volcengine-vms',
      'CommitResourceUpload.FileName',
      'CommitResourceUpload.Name',
      'CommitResourceUpload.Suffix',
      'CommitResourceUpload.ResourceKey',
    )
  })

  test('a FileName stands for one resource: a commit that is repeated is the same one', async () => {
    const FileName = `${randomUUID()}.wav`
    await rig.upload(FileName, wav(1))
    const first = await rig.commit(FileName)
    assert.deepEqual(await rig.commit(FileName), first)
    assert.equal((await rig.list({ Type: 0, Keyword: FileName })).length, 1)
    shows('volcengine-vms', 'CommitResourceUpload.FileName', 'CommitResourceUpload.FileName')
  })
})
