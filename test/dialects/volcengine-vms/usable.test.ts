import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUCKET } from '../../../src/dialects/volcengine-vms/model/resource.ts'
import { shows } from '../../support/shows.ts'
import { wav } from '../../support/volcengine.ts'
import { ACCOUNT, assertError, type Result, type Rig, startRig } from './rig.ts'

const namesOf = (records: readonly Readonly<Record<string, unknown>>[]) => records.map(({ Name }) => Name)

test('QueryUsableResource and V2 have the resources of the type that was asked for', async () => {
  const typed = await startRig()
  try {
    await typed.make('file.wav', wav(1))
    await typed.result('OpenCreateTts', { Name: 'text', TtsTemplateContent: 'a' })
    for (const [Type, names] of [
      [0, ['file.wav']],
      [1, ['text']],
      [2, []],
    ] as const) {
      const bare = await typed.result('QueryUsableResource', { Type })
      assert.ok(Array.isArray(bare))
      assert.deepEqual(namesOf(bare), names)
      assert.deepEqual((await typed.result('QueryUsableResourceV2', { Type })).Records, bare)
    }
    for (const action of ['QueryUsableResource', 'QueryUsableResourceV2'])
      assertError(await typed.answer(action, { Type: 3 }), { status: 400, code: 'InvalidParameter' })
    shows('volcengine-vms', 'QueryUsableResource.Type', 'QueryUsableResourceV2.Type')
  } finally {
    await typed.stop()
  }
})

test('QueryUsableResource has all resources in one answer, however many there are and whoever else asks', async () => {
  const many = await startRig()
  try {
    const { core, accounts } = many.server.engine
    const account = accounts.byId(ACCOUNT.id)?.id ?? assert.fail()
    const put = (number: number) =>
      core.objects.put({
        ...{ account, bucket: BUCKET, key: `tts/${number}`, staged: null, conflict: 'fail' },
        traits: {
          ...{ name: `“${number}” 名`, kind: '1', status: '1', contentType: null, media: null },
          attributes: { suffix: '', remark: '', ttsTemplateContent: 'text', ttsOption: '' },
        },
      })
    let made = 0
    // The pieces that the answer is made of have 200 records.
    for (const count of [1, 199, 200, 201, 400, 401]) {
      for (; made < count; made++) await put(made)
      const asked = await Promise.all(
        Array.from({ length: 5 }, () => many.answer('QueryUsableResource', { Type: 1 })),
      )
      const expected = await everyRecord(many)
      assert.equal(expected.length, count)
      for (const { status, headers, bytes, body } of asked) {
        assert.deepEqual([status, headers['content-length']], [200, String(bytes.byteLength)])
        assert.deepEqual(body.Result, expected)
      }
      const { Records } = await many.result('QueryUsableResourceV2', { Type: 1 })
      assert.deepEqual(Records, expected)
    }
    shows('volcengine-vms', 'QueryUsableResource')
  } finally {
    await many.stop()
  }
})

async function everyRecord(from: Rig): Promise<readonly Result[]> {
  const records: Result[] = []
  for (;;) {
    const page = await from.list({ Type: 1, State: 1, Limit: 100, Offset: records.length })
    if (page.length === 0) return records
    records.push(...page)
  }
}
