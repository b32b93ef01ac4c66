import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { authCode } from '../../../src/dialects/volcengine-vms/background/review-sender.ts'
import { approve, listPending, reject } from '../../../src/dialects/volcengine-vms/model/review.ts'
import { temporaryFolder } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { wav } from '../../support/volcengine.ts'
import { ACCOUNT, type Rig, type RigOptions, startRig } from './rig.ts'

const TOKEN = '8D202AC288'

interface Received {
  readonly url: URL
  readonly body: string
}

interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** Status of the answers from now on. */
  status: number
}

async function startReceiver(t: TestContext): Promise<Receiver> {
  const receiver = { url: '', received: [] as Received[], status: 200 }
  const server: Server = createServer(async (request, response) => {
    const body = await text(request)
    receiver.received.push({ url: new URL(request.url ?? '', 'http://receiver'), body })
    response.writeHead(receiver.status, { location: '/elsewhere' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise((resolve) => server.close(resolve)))
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?secret=of-receiver`
  return receiver
}

async function start(t: TestContext, receiver: Receiver | null, options: RigOptions = {}): Promise<Rig> {
  const callback =
    receiver === null ? {} : { review_callback_url: receiver.url, review_callback_token: TOKEN }
  const rig = await startRig({ accounts: [{ ...ACCOUNT, ...callback }], ...options })
  t.after(() => rig.stop())
  return rig
}

const manual = { settings: { 'volcengine_vms.review': 'manual' } }

function owner({ server }: Rig) {
  const account = server.engine.accounts.byId(ACCOUNT.id)
  assert.ok(account)
  return account
}

/** Everything that is due now is sent when this resolves. */
const deliver = (rig: Rig) => rig.server.jobs.runAll()

test('the callback’s authCode is that of the document’s vector', () => {
  const body = '{"callId":"abcdefg","accountId":"123456789"}'
  const expected = '8090de7b7bab3d9e626280f635a60a8453d2ba75403f13aac3f4d5dccf6c2264'
  assert.equal(authCode(TOKEN, 1622539884, body), expected)
  shows('volcengine-vms', 'review callback authCode')
})

test('with review = auto a commit is approved at once and the callback told', async (t) => {
  const receiver = await startReceiver(t)
  const rig = await start(t, receiver)
  const key = await rig.make('auto.wav', wav(1))
  assert.equal((await rig.list())[0]?.State, 1)
  await deliver(rig)
  const [message, ...more] = receiver.received
  assert.ok(message)
  assert.deepEqual(more, [])
  const { timestamp, ...told } = JSON.parse(message.body)
  assert.deepEqual(told, { accountId: ACCOUNT.id, name: 'auto.wav', resourceKey: key, finalState: 1 })
  assert.deepEqual(Object.keys(JSON.parse(message.body)), [
    ...['accountId', 'name', 'resourceKey', 'finalState', 'timestamp'],
  ])
  shows('volcengine-vms', 'review callback body')
  assert.ok(Math.abs(timestamp - rig.clock.now()) < 60_000)
  const { searchParams } = message.url
  assert.equal(searchParams.get('secret'), 'of-receiver')
  const seconds = searchParams.get('timestamp') ?? ''
  assert.match(seconds, /^\d{10}$/)
  const bodyHash = createHash('sha256').update(message.body).digest('hex')
  const code = createHash('sha256').update(`${seconds}${bodyHash}${TOKEN}`).digest('hex')
  assert.equal(searchParams.get('authCode'), code)
  shows('volcengine-vms', 'review callback timestamp and authCode')
})

test('a repeated commit and a template tell the callback once each', async (t) => {
  const receiver = await startReceiver(t)
  const rig = await start(t, receiver)
  await rig.make('once.wav', wav(1))
  await rig.commit('once.wav')
  await rig.result('OpenCreateTts', { Name: 'template', TtsTemplateContent: 'a' })
  await deliver(rig)
  await deliver(rig)
  assert.deepEqual(receiver.received.map(({ body }) => JSON.parse(body).name).sort(), [
    'once.wav',
    'template',
  ])
})

test('with review = manual a resource waits until it is approved or rejected', async (t) => {
  const receiver = await startReceiver(t)
  const rig = await start(t, receiver, manual)
  const { core } = rig.server.engine
  const [good, bad] = [await rig.make('good.wav', wav(1)), await rig.make('bad.wav', wav(1))]
  await deliver(rig)
  assert.deepEqual(receiver.received, [])
  assert.deepEqual(
    (await listPending(core, owner(rig).id)).map(({ id }) => id),
    [good, bad],
  )
  assert.equal((await approve(core, owner(rig), good)).status, '1')
  assert.equal((await reject(core, owner(rig), bad)).status, '2')
  assert.deepEqual(await listPending(core, owner(rig).id), [])
  assert.deepEqual((await rig.list()).map(({ State }) => State).sort(), [1, 2])
  await deliver(rig)
  const told = receiver.received.map(({ body }) => JSON.parse(body))
  assert.deepEqual(
    new Map(told.map(({ resourceKey, finalState }) => [resourceKey, finalState])),
    new Map([
      [good, 1],
      [bad, 2],
    ]),
  )
  shows('volcengine-vms', 'review callback')
})

test('approving again tells nobody, deciding otherwise does', async (t) => {
  const receiver = await startReceiver(t)
  const rig = await start(t, receiver, manual)
  const { core } = rig.server.engine
  const key = await rig.make('changed.wav', wav(1))
  await approve(core, owner(rig), key)
  await approve(core, owner(rig), key)
  await reject(core, owner(rig), key)
  await deliver(rig)
  assert.deepEqual(receiver.received.map(({ body }) => JSON.parse(body).finalState).sort(), [1, 2])
  await assert.rejects(approve(core, owner(rig), 'f'.repeat(32)), { code: 'object-not-found' })
})

test('a callback that fails is tried again until it arrives', async (t) => {
  const receiver = await startReceiver(t)
  const rig = await start(t, receiver)
  for (const status of [500, 302, 404]) {
    receiver.status = status
    receiver.received.length = 0
    await rig.make(`retry-${status}.wav`, wav(1))
    await deliver(rig)
    assert.equal(receiver.received.length, 1, 'a redirect is not followed')
    receiver.status = 204
    rig.clock.advance(3600_000)
    await deliver(rig)
    assert.equal(receiver.received.length, 2)
    rig.clock.advance(3600_000)
    await deliver(rig)
    assert.equal(receiver.received.length, 2, 'arrived')
  }
  shows('volcengine-vms', 'review callback retries')
  const log = rig.server.logLines.join('\n')
  assert.match(log, /the review callback was answered with 500/)
  for (const secret of [TOKEN, 'of-receiver', 'authCode']) assert.ok(!log.includes(secret), secret)
})

test('a callback that was not delivered is delivered after a restart', async (t) => {
  const dataDir = temporaryFolder()
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const receiver = await startReceiver(t)
  receiver.status = 500
  const first = await start(t, receiver, { dataDir })
  const key = await first.make('restart.wav', wav(1))
  await deliver(first)
  await first.stop()
  receiver.status = 200
  receiver.received.length = 0
  const second = await start(t, receiver, { dataDir })
  second.clock.advance(3600_000)
  await deliver(second)
  assert.equal(JSON.parse(receiver.received[0]?.body ?? '{}').resourceKey, key)
  shows('volcengine-vms', 'review callback retries')
})

test('without a callback nothing is sent, now or later', async (t) => {
  const dataDir = temporaryFolder()
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const first = await start(t, null, { dataDir })
  await first.make('quiet.wav', wav(1))
  await first.stop()
  const receiver = await startReceiver(t)
  const second = await start(t, receiver, { dataDir })
  await deliver(second)
  assert.deepEqual(receiver.received, [])
})
