import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { ACCOUNT, type Rig, startRig } from './rig.ts'

const SECRET = 'secret of the events'

interface Received {
  readonly headers: IncomingHttpHeaders
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
  const server = createServer(async (request, response) => {
    receiver.received.push({ headers: request.headers, body: await text(request) })
    response.writeHead(receiver.status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise((resolve) => server.close(resolve)))
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vod?token=of-receiver`
  return receiver
}

async function start(t: TestContext): Promise<Rig & { readonly receiver: Receiver }> {
  const receiver = await startReceiver(t)
  const settings = { 'huawei_vod.event_url': receiver.url, 'huawei_vod.event_secret': SECRET }
  const rig = await startRig({ settings })
  t.after(() => rig.stop())
  return { ...rig, receiver }
}

/** Everything that is due now is sent when this resolves. */
const deliver = ({ server }: Rig) => server.jobs.runAll()

const told = ({ receiver }: { readonly receiver: Receiver }) =>
  receiver.received.map(({ body }) => JSON.parse(body).create_info)

test('a confirmed asset is told by createComplete, with its facts and its URL', async (t) => {
  const rig = await start(t)
  const bytes = mediaFixture('video.mp4')
  const asset_id = await rig.make(bytes, { title: '测试 title' })
  await deliver(rig)
  const [message, ...more] = rig.receiver.received
  assert.ok(message)
  assert.deepEqual(more, [])
  const event = JSON.parse(message.body)
  assert.deepEqual(Object.keys(event), ['event_type', 'create_info'])
  assert.equal(event.event_type, 'createComplete')
  const { meta_data, url, ...info } = event.create_info
  assert.deepEqual(Object.keys(event.create_info), [
    ...['status', 'title', 'url', 'asset_id', 'user_name', 'meta_data', 'error_code', 'error_msg'],
  ])
  assert.deepEqual(info, {
    ...{ status: 'SUCCEED', title: '测试 title', asset_id, user_name: ACCOUNT.name },
    ...{ error_code: null, error_msg: null },
  })
  assert.deepEqual([meta_data.codec, meta_data.width, meta_data.video_size], ['H.264', 160, bytes.byteLength])
  const { base_info } = await rig.expect(200, 'GET', 'asset/details', { query: { asset_id } })
  assert.equal(url, base_info.video_url)
})

test('an event is signed with the secret over its time and body', async (t) => {
  const rig = await start(t)
  await rig.make(mediaFixture('video.mp4'))
  await deliver(rig)
  const [message] = rig.receiver.received
  const { 'x-stowage-timestamp': timestamp, 'x-stowage-signature': signature } = message?.headers ?? {}
  assert.match(String(timestamp), /^\d{10}$/)
  assert.ok(Math.abs(Number(timestamp) * 1000 - rig.clock.now()) < 60_000)
  const expected = createHmac('sha256', SECRET).update(`${timestamp}.${message?.body}`).digest('hex')
  assert.equal(signature, `sha256=${expected}`)
  assert.match(String(message?.headers['x-stowage-event-id']), /^[0-9a-f]{32}$/)
  assert.equal(message?.headers['content-type'], 'application/json; charset=utf-8')
})

test('an upload that failed or was cancelled is told as FAILED', async (t) => {
  const rig = await start(t)
  for (const status of ['FAILED', 'CANCELLED']) {
    const { asset_id } = await rig.create()
    await rig.confirm(asset_id, status)
  }
  await deliver(rig)
  const common = { status: 'FAILED', title: 'a title', url: null, meta_data: null, error_code: null }
  const infos = told(rig).map(({ asset_id, user_name, ...info }) => info)
  const expected = ['Asset upload failed', 'Asset upload is cancelled']
  assert.deepEqual(
    infos.toSorted((a, b) => (a.error_msg < b.error_msg ? -1 : 1)),
    expected.map((error_msg) => ({ ...common, error_msg })),
  )
})

test('a repeated confirm and one that is refused send no event', async (t) => {
  const rig = await start(t)
  const asset_id = await rig.make(mediaFixture('video.mp4'))
  assert.equal((await rig.confirm(asset_id)).status, 200)
  assert.equal((await rig.confirm(asset_id, 'FAILED')).status, 400)
  await deliver(rig)
  await deliver(rig)
  assert.equal(told(rig).length, 1)
})

test('an event that does not arrive is sent again, the same, until it does', async (t) => {
  const rig = await start(t)
  rig.receiver.status = 500
  const asset_id = await rig.make(mediaFixture('video.mp4'))
  await deliver(rig)
  await deliver(rig)
  assert.equal(rig.receiver.received.length, 1)
  rig.clock.advance(5_000)
  await deliver(rig)
  rig.receiver.status = 204
  rig.clock.advance(60_000)
  await deliver(rig)
  rig.clock.advance(3600_000)
  await deliver(rig)
  const { received } = rig.receiver
  assert.equal(received.length, 3)
  assert.deepEqual(new Set(told(rig).map((info) => info.asset_id)), new Set([asset_id]))
  assert.equal(new Set(received.map(({ body }) => body)).size, 1)
  assert.equal(new Set(received.map(({ headers }) => headers['x-stowage-event-id'])).size, 1)
  const times = received.map(({ headers }) => Number(headers['x-stowage-timestamp']))
  assert.ok((times[2] ?? 0) > (times[0] ?? 0))
  const log = rig.server.logLines.join('\n')
  assert.match(log, /the receiver of events was answered with 500/)
  for (const secret of [SECRET, 'of-receiver']) assert.ok(!log.includes(secret), secret)
})

test('without an event_url nothing is sent or kept', async (t) => {
  const rig = await startRig()
  t.after(() => rig.stop())
  await rig.make(mediaFixture('video.mp4'))
  await deliver(rig)
  assert.doesNotMatch(rig.server.logLines.join('\n'), /delivery/)
})
