import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { type AccountId, newDeliveryId } from '../../../src/core/ids.ts'
import { innerBucket } from '../../../src/core/model/buckets.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { deliver, type Receiver, SECRET, startWithReceiver } from './receiver.ts'
import { ACCOUNT, startRig } from './rig.ts'

const told = ({ receiver }: { readonly receiver: Receiver }) =>
  receiver.received.map(({ body }) => JSON.parse(body).create_info)

test('a confirmed asset is told by createComplete, with its facts and its URL', async (t) => {
  const rig = await startWithReceiver(t)
  const bytes = mediaFixture('video.mp4')
  const asset_id = await rig.make(bytes, { title: '测试 title' })
  await deliver(rig)
  const [message, ...more] = rig.receiver.received
  assert.equal(message?.method, 'POST')
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
  shows('huawei-vod', 'createComplete notification')
})

test('an event is signed with the secret over its time and body', async (t) => {
  const rig = await startWithReceiver(t)
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
  shows('huawei-vod', 'X-Stowage-Signature')
})

test('an upload that failed or was cancelled is told as FAILED', async (t) => {
  const rig = await startWithReceiver(t)
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
  shows('huawei-vod', 'create_info of a failed upload')
})

test('a repeated confirm and one that is refused send no event', async (t) => {
  const rig = await startWithReceiver(t)
  const asset_id = await rig.make(mediaFixture('video.mp4'))
  assert.equal((await rig.confirm(asset_id)).status, 200)
  assert.equal((await rig.confirm(asset_id, 'FAILED')).status, 400)
  await deliver(rig)
  await deliver(rig)
  assert.equal(told(rig).length, 1)
  shows('huawei-vod', 'createComplete of a repeat')
})

test('an event that does not arrive is sent again, the same, until it does', async (t) => {
  const rig = await startWithReceiver(t)
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
  shows('huawei-vod', 'events that do not arrive')
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

test('a transcoding that is asked for, by a creation or later, is told by transcodeComplete', async (t) => {
  const rig = await startWithReceiver(t)
  const created = await rig.make(mediaFixture('video.mp4'), { template_group_name: 'of creation' })
  const later = await rig.make(mediaFixture('video.mp4'))
  const json = { asset_id: later, template_group_name: 'later' }
  await rig.expect(202, 'POST', 'asset/process', { json })
  await deliver(rig)
  const events = rig.receiver.received.map(({ body }) => JSON.parse(body))
  const types = events.map(({ event_type }) => event_type).sort()
  assert.deepEqual(types, ['createComplete', 'createComplete', 'transcodeComplete', 'transcodeComplete'])
  for (const [asset_id, name] of [
    [created, 'of creation'],
    [later, 'later'],
  ] as const) {
    const event = events.find(({ transcode_info }) => transcode_info?.asset_id === asset_id)
    assert.deepEqual(Object.keys(event), ['event_type', 'transcode_info'])
    const { output, ...info } = event.transcode_info
    const names = { template_group_name: name, templateGroupName: name }
    assert.deepEqual(info, { asset_id, status: 'SUCCEED', ...names })
    const { transcode_info } = await rig.expect(200, 'GET', 'asset/details', { query: { asset_id } })
    assert.deepEqual(output, (transcode_info as { readonly output: unknown }).output)
  }
  shows('huawei-vod', 'transcodeComplete notification')
})

test('with event_format smn an event is a text in the envelope of SMN, the same for repeats', async (t) => {
  const rig = await startWithReceiver(t, { 'huawei_vod.event_format': 'smn' })
  rig.receiver.status = 500
  const asset_id = await rig.make(mediaFixture('video.mp4'), { title: '测试' })
  await deliver(rig)
  rig.receiver.status = 200
  rig.clock.advance(5_000)
  await deliver(rig)
  const [first, second, ...more] = rig.receiver.received
  assert.deepEqual([more, first?.body], [[], second?.body])
  const { message, message_id, timestamp, ...envelope } = JSON.parse(first?.body ?? '')
  const topic_urn = 'urn:smn:cn-north-4:0123456789abcdef0123456789abcdef:vod'
  assert.deepEqual(envelope, { type: 'Notification', subject: 'VOD', topic_urn, signature_version: 'v1' })
  assert.match(message_id, /^[0-9a-f]{32}$/)
  assert.match(timestamp, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)
  assert.equal(typeof message, 'string')
  const event = JSON.parse(message)
  assert.deepEqual(
    [event.event_type, event.create_info.asset_id, event.create_info.title, event.create_info.status],
    ['createComplete', asset_id, '测试', 'SUCCEED'],
  )
  const headers = first?.headers ?? {}
  assert.deepEqual(
    ['type', 'id'].map((name) => headers[`x-smn-message-${name}`]).concat(headers['x-smn-topic-urn']),
    ['Notification', message_id, topic_urn],
  )
  const timestampOfSignature = String(headers['x-stowage-timestamp'])
  const expected = createHmac('sha256', SECRET).update(`${timestampOfSignature}.${first?.body}`).digest('hex')
  assert.equal(headers['x-stowage-signature'], `sha256=${expected}`)
  shows('huawei-vod', 'huawei_vod.event_format')
})

test('an event that version 0.1 wrote is sent as it was', async (t) => {
  const rig = await startWithReceiver(t)
  const info = { status: 'FAILED', title: 't', url: null, asset_id: 'a', user_name: 'u', meta_data: null }
  const body = { error_msg: 'm', error_code: null, ...info }
  const now = rig.clock.now()
  const { core } = rig.server.engine
  await core.objects.put({
    ...{ account: ACCOUNT.id as AccountId, bucket: innerBucket('huawei-vod', 'old'), key: 'k', staged: null },
    traits: { name: 'k', kind: 'k', status: '', contentType: null, media: null, attributes: {} },
    ...{
      conflict: 'fail',
      deliveries: [{ id: newDeliveryId(core.random, now), topic: 'huawei-vod.event', body }],
    },
  })
  await deliver(rig)
  const expected = {
    event_type: 'createComplete',
    create_info: { ...info, error_code: null, error_msg: 'm' },
  }
  assert.equal(rig.receiver.received[0]?.body, JSON.stringify(expected))
  shows('huawei-vod', 'events of version 0.1')
})
