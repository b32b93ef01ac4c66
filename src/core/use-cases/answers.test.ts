import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openStores } from '../../../test/support/stores.ts'
import { CoreError, isCoreError } from '../errors.ts'
import { asAccountId } from '../ids.ts'
import { bucketName } from '../model/buckets.ts'
import type { Json } from '../model/json.ts'
import type { Facts } from '../ports/facts.ts'
import { createAnswers, type RepeatableCall } from './answers.ts'
import { createObjects } from './objects.ts'

const account = asAccountId('a')
const bucket = bucketName('test', 'b')
const CALL: RepeatableCall = {
  ...{ account, scope: 'door/call', token: 't', digest: '1'.repeat(64), keepMs: 1000 },
}
const OTHER: RepeatableCall = { ...CALL, digest: '2'.repeat(64) }
const traits = { name: 'n', kind: '0', status: '1', contentType: null, media: null, attributes: {} }

async function openRig(t: TestContext) {
  const media = { probe: () => assert.fail('not asked'), close: async () => {} }
  const ports = { ...(await openStores(t)), media }
  const [answers, objects] = [createAnswers(ports), createObjects(ports)]
  let puts = 0
  const put = (answer: string, call = CALL) =>
    answers.once(call, async (changing) => {
      puts += 1
      const made = { account, bucket, key: `${puts}`, staged: null, traits, conflict: 'fail' } as const
      await changing(answer).objects.put(made)
      return answer
    })
  const count = async () => (await objects.usage(account, bucket)).objects
  return { ...ports, answers, objects, put, count }
}

test('work that succeeded is not done again: whoever asks the same gets its answer', async (t) => {
  const { put, count, answers } = await openRig(t)
  assert.equal(await answers.find(CALL), null)
  assert.deepEqual(await put('first'), { answer: 'first', isSame: true })
  assert.deepEqual(await put('second'), { answer: 'first', isSame: true })
  assert.deepEqual(await put('third', OTHER), { answer: 'first', isSame: false })
  assert.deepEqual(await answers.find(OTHER), { answer: 'first', isSame: false })
  assert.equal(await count(), 1)
})

test('many at once do the work once, and all get one answer', async (t) => {
  const { put, count } = await openRig(t)
  const all = await Promise.all(Array.from({ length: 10 }, (_, number) => put(`${number}`)))
  assert.equal(new Set(all.map(({ answer }) => answer)).size, 1)
  assert.equal(await count(), 1)
})

test('work that failed can be done again', async (t) => {
  const { put, answers } = await openRig(t)
  const failing = answers.once(CALL, async () => {
    throw new CoreError('object-held', 'held')
  })
  await assert.rejects(failing, (error) => isCoreError(error, 'object-held'))
  assert.deepEqual(await put('good', OTHER), { answer: 'good', isSame: true })
})

test('work that fails because another did it meanwhile has the answer of that one', async (t) => {
  const { put, answers } = await openRig(t)
  const late = await answers.once(CALL, async () => {
    await put('first')
    throw new CoreError('object-not-found', 'it is gone')
  })
  assert.deepEqual(late, { answer: 'first', isSame: true })
})

test('work without a change is remembered too', async (t) => {
  const { answers } = await openRig(t)
  const ask = (answer: Json) => answers.once(CALL, async () => answer)
  assert.deepEqual(await ask({ url: 1 }), { answer: { url: 1 }, isSame: true })
  assert.deepEqual(await ask({ url: 2 }), { answer: { url: 1 }, isSame: true })
})

test('an answer is kept with its change: what breaks before leaves neither, what breaks after leaves both', async (t) => {
  const { metadata, ...rig } = await openRig(t)
  const crash = async () => {
    throw new Error('crashed')
  }
  const putBy = (faults: Partial<Facts>) =>
    createAnswers({ ...rig, metadata: { ...metadata, ...faults } }).once(CALL, async (changing) => {
      const made = { account, bucket, key: 'k', staged: null, traits, conflict: 'fail' } as const
      await changing('told').objects.put(made)
      return 'told'
    })
  await assert.rejects(putBy({ changeOnce: crash }), /crashed/)
  assert.deepEqual([await rig.answers.find(CALL), await rig.count()], [null, 0])
  assert.deepEqual(await putBy({ rememberAnswer: crash }), { answer: 'told', isSame: true })
  assert.deepEqual([await rig.answers.find(CALL), await rig.count()], [{ answer: 'told', isSame: true }, 1])
})

test('an answer is remembered for its time', async (t) => {
  const { put, count, clock } = await openRig(t)
  await put('first')
  clock.timeMs += 999
  assert.deepEqual(await put('second'), { answer: 'first', isSame: true })
  clock.timeMs += 1
  assert.deepEqual(await put('third', OTHER), { answer: 'third', isSame: true })
  assert.equal(await count(), 2)
})
