import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { BUCKET } from '../../../src/dialects/volcengine-vms/model/resource.ts'
import { startCuttingProxy } from '../../support/cutting-proxy.ts'
import { keyEntry, ONLY } from '../../support/limited-keys.ts'
import { createDatabase, queryOnce } from '../../support/postgres.ts'
import { shows } from '../../support/shows.ts'
import { sendWire, type VmsAnswer, type VmsBody, wav } from '../../support/volcengine.ts'
import { ACCOUNT, assertError, type Rig, startRig } from './rig.ts'

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

  test('a deleted resource is gone, and its key is the answer', async () => {
    const ResourceKey = await rig.make('deleted.wav', wav(1))
    assert.deepEqual(await rig.result(DELETE, { ResourceKey }), { ResourceKey })
    assert.deepEqual(await rig.list({ Type: 0, Keyword: ResourceKey }), [])
    assertCode(await rig.answer(DELETE, { ResourceKey }), 'InvalidParameter', 'ResourceKey')
    shows('volcengine-vms', 'OpenDeleteResource', 'OpenDeleteResource.ResourceKey')
  })

  test('MissingParameter: either call without its parameter or its Version', async () => {
    assertCode(await rig.answer(COMMIT, {}), 'MissingParameter', 'FileName')
    assertCode(await rig.answer(DELETE, {}), 'MissingParameter', 'ResourceKey')
    for (const action of BOTH)
      assertCode(await rig.answer(action, {}, { version: '' }), 'MissingParameter', 'Version')
    shows(
      'volcengine-vms',
      'CommitResourceUpload.FileName',
      'OpenDeleteResource.ResourceKey',
      'MissingParameter',
    )
  })

  test('InvalidParameter: either call with a value that cannot be, or another Version', async () => {
    for (const FileName of ['never-uploaded.wav', 'text.txt', 7, ['a'], {}])
      assertCode(await rig.answer(COMMIT, { FileName }), 'InvalidParameter', 'FileName')
    for (const ResourceKey of ['abcdef', 7, ['a'], {}])
      assertCode(await rig.answer(DELETE, { ResourceKey }), 'InvalidParameter', 'ResourceKey')
    for (const action of BOTH)
      assertCode(await rig.answer(action, {}, { version: '2022-01-02' }), 'InvalidParameter', 'Version')
    shows(
      'volcengine-vms',
      'CommitResourceUpload.Version',
      'OpenDeleteResource.Version',
      'OpenDeleteResource.ResourceKey',
      'InvalidParameter',
    )
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
    shows('volcengine-vms', 'OperationDenied')
  })

  test('QuotaExceeded: CommitResourceUpload of one resource too many', async () => {
    const full = await startRig({ settings: { 'volcengine_vms.resources_max': '1' } })
    try {
      await full.make('one.wav', wav(1))
      await full.upload('two.wav', wav(1))
      const answer = await full.answer(COMMIT, { FileName: 'two.wav' })
      assertCode(answer, 'QuotaExceeded', 'The number of voice resources')
      shows('volcengine-vms', 'QuotaExceeded')
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
    shows('volcengine-vms', 'IdempotentParameterMismatch', 'DryRunOperation')
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
    shows('volcengine-vms', 'MissingAction', 'InvalidAction')
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
    shows('volcengine-vms', 'Throttling')
  })

  test('SignatureNotMatch, InvalidAccessKeyId and AccessDenied: either call, by who may not', async () => {
    for (const action of BOTH) {
      const by = (keys: Parameters<Rig['answer']>[2]) => rig.answer(action, {}, keys)
      assertCode(await by({ keys: { ...ACCOUNT, secret_key: 'wrong' } }), 'SignatureNotMatch')
      assertCode(await by({ keys: { ...ACCOUNT, access_key: 'AKLTNOBODY' } }), 'InvalidAccessKeyId')
      assertCode(await by({ keys: keyEntry(ONLY.read) }), 'AccessDenied')
    }
    shows('volcengine-vms', 'SignatureNotMatch', 'InvalidAccessKeyId', 'AccessDenied')
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
      shows('volcengine-vms', 'InternalError')
      await proxy.close()
      for (const action of BOTH) assertCode(await ask(action), 'ServiceUnavailable')
    } finally {
      await rented.stop()
      await database.drop()
    }
    shows('volcengine-vms', 'ServiceUnavailable')
  })
})
