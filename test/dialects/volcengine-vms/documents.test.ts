import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { BUCKET } from '../../../src/dialects/volcengine-vms/model/resource.ts'
import { startCuttingProxy } from '../../support/cutting-proxy.ts'
import { keyEntry, ONLY } from '../../support/limited-keys.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { createDatabase, queryOnce } from '../../support/postgres.ts'
import { sendWire, signVms, type VmsAnswer, type VmsBody, wav } from '../../support/volcengine.ts'
import { ACCOUNT, assertError, type Params, type Rig, startRig } from './rig.ts'

/** The codes of both documents with their statuses and texts, as they stand there; `%s` is what the text speaks of. */
const CODES = {
  MissingParameter: [400, 'The required parameter %s is missing.'],
  InvalidParameter: [400, 'The specified parameter %s is invalid.'],
  OperationDenied: [400, 'Operation is denied because the specified resource is in use.'],
  QuotaExceeded: [400, '%s has exceeded the quota.'],
  IdempotentParameterMismatch: [400, 'Parameters mismatch the previous request with a same ClientToken.'],
  DryRunOperation: [400, 'The request is validated by a dryrun operation.'],
  MissingAction: [400, 'The request is missing an action.'],
  InvalidAction: [400, 'The specified action is invalid.'],
  Throttling: [400, 'The request is denied due to request throttling.'],
  SignatureNotMatch: [401, 'The request signature provided is incorrect.'],
  InvalidAccessKeyId: [403, 'The access key ID provided is not valid.'],
  AccessDenied: [403, 'You are not authorized to perform this action.'],
  InternalError: [500, 'The request has failed due to an unknown error.'],
  ServiceUnavailable: [503, 'The request has failed due to a temporary failure of the server.'],
} as const
type Code = keyof typeof CODES

/** Status, code, text and the fields of the envelope. */
function assertCode(answer: VmsAnswer, code: Code, subject = ''): void {
  const [status, text] = CODES[code]
  const error = answer.body.ResponseMetadata.Error
  assert.deepEqual(
    [answer.status, error?.Code, error?.Message],
    [status, code, text.replace('%s', subject)],
    JSON.stringify(answer.body),
  )
  assertError(answer, { status, code })
}

const [COMMIT, DELETE] = ['CommitResourceUpload', 'OpenDeleteResource'] as const
const BOTH = [COMMIT, DELETE] as const

describe('volcengine-vms: what the two documents say', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig({ accounts: [{ ...ACCOUNT, keys: [keyEntry(ONLY.read)] }] })
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
  })

  test('a FileName stands for one resource: a commit that is repeated is the same one', async () => {
    const FileName = `${randomUUID()}.wav`
    await rig.upload(FileName, wav(1))
    const first = await rig.commit(FileName)
    assert.deepEqual(await rig.commit(FileName), first)
    assert.equal((await rig.list({ Type: 0, Keyword: FileName })).length, 1)
  })

  test('a deleted resource is gone, and its key is the answer', async () => {
    const ResourceKey = await rig.make('deleted.wav', wav(1))
    assert.deepEqual(await rig.result(DELETE, { ResourceKey }), { ResourceKey })
    assert.deepEqual(await rig.list({ Type: 0, Keyword: ResourceKey }), [])
    assertCode(await rig.answer(DELETE, { ResourceKey }), 'InvalidParameter', 'ResourceKey')
  })

  test('MissingParameter: either call without its parameter or its Version', async () => {
    assertCode(await rig.answer(COMMIT, {}), 'MissingParameter', 'FileName')
    assertCode(await rig.answer(DELETE, {}), 'MissingParameter', 'ResourceKey')
    for (const action of BOTH)
      assertCode(await rig.answer(action, {}, { version: '' }), 'MissingParameter', 'Version')
  })

  test('InvalidParameter: either call with a value that cannot be, or another Version', async () => {
    for (const FileName of ['never-uploaded.wav', 'text.txt', 7, ['a'], {}])
      assertCode(await rig.answer(COMMIT, { FileName }), 'InvalidParameter', 'FileName')
    for (const ResourceKey of ['abcdef', 7, ['a'], {}])
      assertCode(await rig.answer(DELETE, { ResourceKey }), 'InvalidParameter', 'ResourceKey')
    for (const action of BOTH)
      assertCode(await rig.answer(action, {}, { version: '2022-01-02' }), 'InvalidParameter', 'Version')
  })

  test('OperationDenied: OpenDeleteResource while the resource is in use', async () => {
    const ResourceKey = await rig.make('used.wav', wav(1))
    const { core, accounts } = rig.server.engine
    const account = accounts.byId(ACCOUNT.id)?.id ?? assert.fail()
    const object = await core.objects.get({ account, bucket: BUCKET, key: 'file/used.wav' })
    await core.objects.hold(object)
    assertCode(await rig.answer(DELETE, { ResourceKey }), 'OperationDenied')
    await core.objects.release(object)
    await rig.result(DELETE, { ResourceKey })
  })

  test('QuotaExceeded: CommitResourceUpload of one resource too many', async () => {
    const full = await startRig({ settings: { 'volcengine_vms.resources_max': '1' } })
    try {
      await full.make('one.wav', wav(1))
      await full.upload('two.wav', wav(1))
      const answer = await full.answer(COMMIT, { FileName: 'two.wav' })
      assertCode(answer, 'QuotaExceeded', 'The number of voice resources')
    } finally {
      await full.stop()
    }
  })

  test('IdempotentParameterMismatch and DryRunOperation: either call', async () => {
    const key = await rig.make('token.wav', wav(1))
    await rig.upload('token-2.wav', wav(1))
    const cases = [
      [COMMIT, { FileName: 'token-2.wav' }, { FileName: 'token.wav' }],
      [DELETE, { ResourceKey: key }, { ResourceKey: 'f'.repeat(32) }],
    ] as const
    for (const [action, call, other] of cases) {
      assertCode(await rig.answer(action, { ...call, DryRun: true }), 'DryRunOperation')
      await rig.result(action, { ...call, ClientToken: 't' })
      const answer = await rig.answer(action, { ...other, ClientToken: 't' })
      assertCode(answer, 'IdempotentParameterMismatch')
    }
  })

  test('MissingAction and InvalidAction: no Action, and one that there is not', async () => {
    for (const [path, code] of [
      ['/?Version=2022-01-01', 'MissingAction'],
      ['/?Action=CommitResource&Version=2022-01-01', 'InvalidAction'],
      ['/?Action=OpenDeleteResources&Version=2022-01-01', 'InvalidAction'],
    ] as const) {
      const answer = await sendWire(rig.url + path, { method: 'POST' })
      assertCode({ ...answer, body: JSON.parse(answer.bytes.toString()) as VmsBody }, code)
    }
  })

  test('Throttling: either call above the rate, until the time that Retry-After says', async () => {
    for (const action of BOTH) {
      const slow = await startRig({ settings: { 'volcengine_vms.rate_limit_per_s': '1' } })
      try {
        assertCode(
          await slow.answer(action, {}),
          'MissingParameter',
          action === COMMIT ? 'FileName' : 'ResourceKey',
        )
        const throttled = await slow.answer(action, {})
        assertCode(throttled, 'Throttling')
        slow.clock.advance(Number(throttled.headers['retry-after']) * 1000)
        assert.equal((await slow.answer(action, {})).body.ResponseMetadata.Error?.Code, 'MissingParameter')
      } finally {
        await slow.stop()
      }
    }
  })

  test('SignatureNotMatch, InvalidAccessKeyId and AccessDenied: either call, by who may not', async () => {
    for (const action of BOTH) {
      const by = (keys: Parameters<Rig['answer']>[2]) => rig.answer(action, {}, keys)
      assertCode(await by({ keys: { ...ACCOUNT, secret_key: 'wrong' } }), 'SignatureNotMatch')
      assertCode(await by({ keys: { ...ACCOUNT, access_key: 'AKLTNOBODY' } }), 'InvalidAccessKeyId')
      assertCode(await by({ keys: keyEntry(ONLY.read) }), 'AccessDenied')
    }
  })

  test('InternalError and ServiceUnavailable: either call, while the database is broken, and while it is away', async () => {
    const database = await createDatabase()
    const proxy = await startCuttingProxy(database.url)
    const rented = await startRig({ settings: { metadata: proxy.url } })
    try {
      const ResourceKey = await rented.make('kept.wav', wav(1))
      const ask = (action: string) => rented.answer(action, { FileName: 'kept.wav', ResourceKey })
      await queryOnce(database.url, 'ALTER TABLE objects RENAME TO objects_away')
      for (const action of BOTH) assertCode(await ask(action), 'InternalError')
      await queryOnce(database.url, 'ALTER TABLE objects_away RENAME TO objects')
      await proxy.close()
      for (const action of BOTH) assertCode(await ask(action), 'ServiceUnavailable')
    } finally {
      await rented.stop()
      await database.drop()
    }
  })
})
