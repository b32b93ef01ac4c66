import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { ACTIONS } from '../../../src/dialects/volcengine-vms/calls/routes.ts'
import { keyEntry, LIMITED_KEYS, ONLY, PREFIXED } from '../../support/limited-keys.ts'
import { shows } from '../../support/shows.ts'
import { wav } from '../../support/volcengine.ts'
import { ACCOUNT, assertError, OTHER_ACCOUNT, type Params, type Rig, startRig } from './rig.ts'

const MISMATCH = {
  status: 400,
  code: 'IdempotentParameterMismatch',
  codeN: null,
  message: 'Parameters mismatch the previous request with a same ClientToken.',
}
const DAY_MS = 24 * 3600_000

/** A call that can succeed once, and the same action with other parameters. */
interface Case {
  readonly call: Params
  readonly other: Params
}

describe('volcengine-vms: ClientToken', () => {
  let rig: Rig
  let origin: string
  const files = createServer((_, response) => response.end(wav(1)))
  before(async () => {
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`
    const accounts = [{ ...ACCOUNT, keys: LIMITED_KEYS.map(keyEntry) }, OTHER_ACCOUNT]
    rig = await startRig({ accounts, settings: { 'volcengine_vms.fetch_hosts': '127.0.0.1' } })
  })
  after(async () => {
    files.close()
    await rig.stop()
  })

  let made = 0
  const fresh = (): string => `file-${made++}.wav`
  const token = (): string => `token-${made++}`
  const resource = async (): Promise<string> => rig.make(fresh(), wav(1))
  const uploaded = async (): Promise<string> => {
    const name = fresh()
    await rig.upload(name, wav(1))
    return name
  }

  const CASES: Readonly<Record<string, () => Promise<Case>>> = {
    GetResourceUploadUrl: async () => ({ call: { FileName: fresh() }, other: { FileName: fresh() } }),
    CommitResourceUpload: async () => ({
      call: { FileName: await uploaded() },
      other: { FileName: await uploaded() },
    }),
    OpenUpdateResource: async () => {
      const ResourceKey = await resource()
      return { call: { ResourceKey, Name: 'one' }, other: { ResourceKey, Name: 'two' } }
    },
    OpenDeleteResource: async () => ({
      call: { ResourceKey: await resource() },
      other: { ResourceKey: await resource() },
    }),
    OpenCreateTts: async () => ({
      call: { Name: fresh(), TtsTemplateContent: 'text' },
      other: { Name: fresh(), TtsTemplateContent: 'text', Remark: 'other' },
    }),
    FetchResource: async () => ({
      call: { Url: `${origin}/a`, Name: fresh() },
      other: { Url: `${origin}/b`, Name: fresh() },
    }),
  }

  test('every action that writes has a case here', () => {
    const writing = Object.entries(ACTIONS).filter(([, { needs }]) => needs !== 'read')
    assert.deepEqual(writing.map(([name]) => name).sort(), Object.keys(CASES).sort())
  })

  test('the same token with the same parameters gives the first answer, on every action that writes', async () => {
    for (const [action, make] of Object.entries(CASES)) {
      const { call } = await make()
      const ClientToken = token()
      const first = await rig.result(action, { ...call, ClientToken })
      const total = await count()
      for (let time = 0; time < 2; time++)
        assert.deepEqual(await rig.result(action, { ...call, ClientToken }), first, action)
      assert.equal(await count(), total, action)
    }
    shows('volcengine-vms', 'ClientToken')
  })

  test('IdempotentParameterMismatch: the same token with other parameters, on every action that writes', async () => {
    for (const [action, make] of Object.entries(CASES)) {
      const { call, other } = await make()
      const ClientToken = token()
      await rig.result(action, { ...call, ClientToken })
      const total = await count()
      assertError(await rig.answer(action, { ...other, ClientToken }), MISMATCH)
      assert.equal(await count(), total, action)
      await rig.result(action, { ...other, ClientToken: token() })
    }
    shows('volcengine-vms', 'ClientToken', 'IdempotentParameterMismatch')
  })

  test('many at once with one token have one effect and one answer, on every action that writes', async () => {
    const changes = { OpenDeleteResource: -1, GetResourceUploadUrl: 0, OpenUpdateResource: 0 }
    for (const [action, make] of Object.entries(CASES)) {
      const { call } = await make()
      const ClientToken = token()
      const before = await count()
      const all = await Promise.all(
        Array.from({ length: 8 }, () => rig.result(action, { ...call, ClientToken })),
      )
      assert.equal(new Set(all.map((each) => JSON.stringify(each))).size, 1, action)
      const change = new Map(Object.entries(changes)).get(action) ?? 1
      assert.equal(await count(), before + change, action)
    }
    shows('volcengine-vms', 'ClientToken')
  })

  /** Resources of the account, of any type. */
  async function count(): Promise<number> {
    let total = 0
    for (const Type of [0, 1])
      total += Number((await rig.result('QueryOpenGetResource', { Type, Limit: 1 })).Total)
    return total
  }

  test('the token may stand in the query, in JSON or in a form, and numbers may be texts', async () => {
    const call = { Name: fresh(), TtsTemplateContent: 'text' }
    const ClientToken = token()
    const first = await rig.result('OpenCreateTts', { ...call, Type: 1, ClientToken, ReqSourceType: 3 })
    const query = { ClientToken, Type: '1' }
    assert.deepEqual(await rig.result('OpenCreateTts', call, { query }), first)
    const form = { ...call, Type: '1', ClientToken }
    assert.deepEqual(await rig.result('OpenCreateTts', undefined, { form }), first)
    assertError(await rig.answer('OpenCreateTts', { ...call, ClientToken }), MISMATCH)
    shows('volcengine-vms', 'ClientToken')
  })

  test('a token is one of an account and an action', async () => {
    const ClientToken = token()
    const call = { Name: fresh(), TtsTemplateContent: 'text', ClientToken }
    const first = await rig.result('OpenCreateTts', call)
    const theirs = await rig.result('OpenCreateTts', call, { keys: OTHER_ACCOUNT })
    assert.notEqual(theirs.ResourceKey, first.ResourceKey)
    await rig.result('OpenDeleteResource', { ResourceKey: first.ResourceKey, ClientToken })
    await rig.result('QueryUsableResource', { Type: 0, ClientToken })
    shows('volcengine-vms', 'ClientToken')
  })

  test('a call that failed is not remembered', async () => {
    const [ClientToken, FileName] = [token(), fresh()]
    const none = { status: 400, code: 'InvalidParameter' }
    assertError(await rig.answer('CommitResourceUpload', { FileName, ClientToken }), none)
    await rig.upload(FileName, wav(1))
    const first = await rig.result('CommitResourceUpload', { FileName, ClientToken })
    assert.deepEqual(await rig.result('CommitResourceUpload', { FileName, ClientToken }), first)
    shows('volcengine-vms', 'ClientToken')
  })

  test('a commit with another token, or without one, returns the first ResourceKey', async () => {
    const FileName = await uploaded()
    const first = await rig.result('CommitResourceUpload', { FileName, ClientToken: token() })
    assert.deepEqual(await rig.result('CommitResourceUpload', { FileName, ClientToken: token() }), first)
    assert.deepEqual(await rig.commit(FileName), first)
  })

  test('commits with tokens of their own at once return one ResourceKey, each time that they are repeated', async () => {
    const FileName = await uploaded()
    const tokens = Array.from({ length: 6 }, token)
    const commits = () =>
      Promise.all(tokens.map((ClientToken) => rig.result('CommitResourceUpload', { FileName, ClientToken })))
    const first = await commits()
    assert.equal(new Set(first.map(({ ResourceKey }) => ResourceKey)).size, 1)
    assert.deepEqual(await commits(), first)
    assert.equal((await rig.list({ Type: 0, Keyword: FileName })).length, 1)
  })

  test('a token is free again after a day, and that of an upload URL with the URL', async () => {
    const name = fresh()
    const call = { Name: name, TtsTemplateContent: 'text', ClientToken: token() }
    const asking = { FileName: fresh(), ClientToken: token() }
    const [first, url] = [
      await rig.result('OpenCreateTts', call),
      await rig.result('GetResourceUploadUrl', asking),
    ]
    rig.clock.advance(600_000)
    assert.notEqual((await rig.result('GetResourceUploadUrl', asking)).UploadUrl, url.UploadUrl)
    rig.clock.advance(DAY_MS - 600_000 - 60_000)
    assert.deepEqual(await rig.result('OpenCreateTts', call), first)
    rig.clock.advance(60_000)
    assert.notDeepEqual(await rig.result('OpenCreateTts', call), first)
    shows('volcengine-vms', 'ClientToken')
  })

  test('a token has 1 to 64 ASCII characters', async () => {
    const call = { Name: fresh(), TtsTemplateContent: 'text' }
    for (const ClientToken of ['x'.repeat(65), 'é', 'line\nbreak', 7, ['a'], { a: 1 }]) {
      assertError(await rig.answer('OpenCreateTts', { ...call, ClientToken }), {
        ...{ status: 400, code: 'InvalidParameter', codeN: null, reason: 'RequestParametersError' },
        message: 'The specified parameter ClientToken is invalid.',
      })
    }
    await rig.result('OpenCreateTts', { ...call, ClientToken: 'x'.repeat(64) })
    await rig.result('OpenCreateTts', { ...call, ClientToken: '' })
    await rig.result('OpenCreateTts', { ...call, ClientToken: null })
    shows('volcengine-vms', 'ClientToken')
  })

  test('a dry run takes no token, and is told of a mismatch', async () => {
    const ClientToken = token()
    const call = { Name: fresh(), TtsTemplateContent: 'text', ClientToken }
    const dry = { status: 400, code: 'DryRunOperation' }
    assertError(await rig.answer('OpenCreateTts', { ...call, DryRun: true }), dry)
    const other = { ...call, Name: fresh() }
    const first = await rig.result('OpenCreateTts', other)
    assertError(await rig.answer('OpenCreateTts', { ...other, DryRun: true }), dry)
    assertError(await rig.answer('OpenCreateTts', { ...call, DryRun: true }), MISMATCH)
    assert.deepEqual(await rig.result('OpenCreateTts', { ...other, DryRun: false }), first)
    shows('volcengine-vms', 'ClientToken with DryRun')
  })

  test('the first answer is for keys that may do the call, also where what it named is gone', async () => {
    const FileName = `in-${fresh()}`
    const ResourceKey = await rig.make(FileName, wav(1))
    const call = { ResourceKey, ClientToken: token() }
    const by = (key: typeof PREFIXED) => ({ keys: keyEntry(key) })
    const denied = { status: 403, code: 'AccessDenied' }
    const first = await rig.result('OpenDeleteResource', call, by(PREFIXED))
    assert.deepEqual(await rig.result('OpenDeleteResource', call, by(PREFIXED)), first)
    assert.deepEqual(await rig.result('OpenDeleteResource', call, by(ONLY.delete)), first)
    assertError(await rig.answer('OpenDeleteResource', call, by(ONLY.read)), denied)
    const outside = { ResourceKey: await resource(), ClientToken: token() }
    await rig.result('OpenDeleteResource', outside)
    assertError(await rig.answer('OpenDeleteResource', outside, by(PREFIXED)), denied)
  })
})
