import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { temporaryFolder } from '../../support/folder.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import {
  ACCOUNT,
  assertFailure,
  assertIllegal,
  type Body,
  PROJECTS,
  type Query,
  type Rig,
  type RigOptions,
  startRig,
} from './rig.ts'

const MIB = 1024 ** 2
const PATH = 'asset/upload_by_url'

/** A server to pull from; its URL ends in a slash. */
async function startOrigin(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

async function start(t: TestContext, options: RigOptions = {}): Promise<Rig> {
  const settings = { 'huawei_vod.fetch_hosts': '127.0.0.1', ...options.settings }
  const rig = await startRig({ ...options, settings })
  t.after(() => rig.stop())
  return rig
}

type Fields = Readonly<Record<string, unknown>>
interface Pulled extends Body {
  readonly url: string
}

const request = (rig: Rig, ...videos: readonly Fields[]) =>
  rig.call('POST', PATH, { json: { upload_metadatas: videos } })

async function begin(rig: Rig, ...videos: readonly Fields[]): Promise<readonly Pulled[]> {
  const answer = await request(rig, ...videos)
  assert.equal(answer.status, 200, answer.bytes.toString())
  return answer.body?.upload_assets as readonly Pulled[]
}

/** Asks for one video to be pulled; returns the asset's id. */
async function pull(rig: Rig, url: string, fields: Fields = {}): Promise<string> {
  const [pulled] = await begin(rig, { video_type: 'MP4', title: 'pulled', url, ...fields })
  assert.ok(pulled)
  assert.deepEqual([pulled.url, pulled.error_code, pulled.error_msg], [url, null, null])
  return pulled.asset_id
}

/** All that is due now is done when this resolves. */
const work = ({ server }: Rig) => server.jobs.runAll()
const tasks = (rig: Rig, query: Query = {}) =>
  rig.expect(200, 'GET', 'asset/tasks', { version: 'v1', query }) as Promise<
    Body & { readonly results: readonly Body[]; readonly next_marker: string | null }
  >
const states = async (rig: Rig) => (await tasks(rig)).results.map(({ status }) => status)
const videoOf = async (rig: Rig, asset_id: string): Promise<Buffer> => {
  const { base_info } = await rig.expect(200, 'GET', 'asset/details', { query: { asset_id } })
  return (await sendWire(String(base_info.sign_url), { method: 'GET' })).bytes
}
const random = (size: number): Buffer => {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) >>> 0, at)
  return bytes
}

test('upload_by_url makes an asset of what a URL gives', async (t) => {
  const bytes = mediaFixture('video.flv')
  const seen: unknown[] = []
  const origin = await startOrigin(t, ({ method, url, headers }, response) => {
    seen.push(method, url, headers.authorization)
    response.end(bytes)
  })
  const rig = await start(t)
  const url = `${origin}films/a%20film.flv?token=1`
  const fields = { video_type: 'FLV', description: 'd', tags: 'a,b', category_id: -1 }
  const asset_id = await pull(rig, url, fields)
  assert.match(asset_id, /^[0-9a-f]{32}$/)
  assert.equal((await rig.info(asset_id)).status, 'CREATING')
  assert.deepEqual(await states(rig), ['WAITING'])
  await work(rig)
  const { status, base_info } = await rig.info(asset_id)
  assert.equal(status, 'CREATED')
  const { title, video_name, description, tags, video_type, meta_data } = base_info
  assert.deepEqual(
    [title, video_name, description, tags, video_type],
    ['pulled', 'a%20film.flv', 'd', 'a,b', 'FLV'],
  )
  assert.deepEqual([meta_data?.codec, meta_data?.video_size], ['H.264', bytes.byteLength])
  assert.deepEqual(await videoOf(rig, asset_id), bytes)
  assert.deepEqual(seen, ['GET', '/films/a%20film.flv?token=1', undefined])
  shows('huawei-vod', 'POST /v1.0/{project_id}/asset/upload_by_url', 'a pull that is done')
})

test('a pulled asset is published at once with auto_publish', async (t) => {
  const origin = await startOrigin(t, (_, response) => response.end(mediaFixture('video.mp4')))
  const rig = await start(t)
  const asset_id = await pull(rig, `${origin}a.mp4`, { auto_publish: 1, auto_preheat: 1 })
  await work(rig)
  assert.equal((await rig.info(asset_id)).status, 'PUBLISHED')
  shows('huawei-vod', 'upload_metadatas.auto_publish')
})

test('each URL has its own asset, and what is wrong with one is told with it', async (t) => {
  const origin = await startOrigin(t, (_, response) => response.end(mediaFixture('video.mp4')))
  const rig = await start(t)
  const video = (url: string, video_type = 'MP4') => ({ video_type, title: 't', url })
  const pulled = await begin(
    rig,
    video(`${origin}1.mp4`),
    video('http://elsewhere.example/2.mp4'),
    video(`${origin}3.m3u8`, 'M3U8'),
    video(`${origin}4.mp4`),
  )
  assert.deepEqual(
    pulled.map(({ asset_id, error_code }) => [asset_id === null, error_code]),
    [
      [false, null],
      [true, 'VOD.10121'],
      [true, 'VOD.10063'],
      [false, null],
    ],
  )
  shows('huawei-vod', 'VOD.10063', 'VOD.10121')
  assert.deepEqual(Object.keys(pulled[1] ?? {}), ['url', 'asset_id', 'error_code', 'error_msg'])
  shows('huawei-vod', 'upload_assets')
  await work(rig)
  const [first, , , last] = pulled
  assert.notEqual(first?.asset_id, last?.asset_id)
  for (const each of [first, last]) assert.equal((await rig.info(each?.asset_id ?? '')).status, 'CREATED')
  assert.equal((await tasks(rig)).count, 2)
})

test('upload_by_url is off until hosts are listed', async (t) => {
  const rig = await startRig()
  t.after(() => rig.stop())
  const video = { video_type: 'MP4', title: 't', url: 'http://127.0.0.1/a.mp4' }
  assertFailure(await request(rig, video), 400, 'VOD.10136')
  shows('huawei-vod', 'upload_by_url: hosts', 'VOD.10136')
})

test('inner addresses are not pulled from unless their host is listed by its exact name', async (t) => {
  const rig = await start(t, { settings: { 'huawei_vod.fetch_hosts': '*' } })
  for (const host of [
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:10.0.0.1]',
    '2130706433',
    '169.254.169.254',
  ]) {
    const [pulled] = await begin(rig, { video_type: 'MP4', title: 't', url: `http://${host}/a.mp4` })
    assert.deepEqual([pulled?.asset_id, pulled?.error_code], [null, 'VOD.10121'], host)
  }
  const listed = await start(t)
  const of = async (url: string) =>
    (await begin(listed, { video_type: 'MP4', title: 't', url }))[0]?.error_code
  const urls = ['http://127.0.0.1/a.mp4', 'http://localhost/a.mp4', 'http://elsewhere.example/a.mp4']
  assert.deepEqual(await Promise.all(urls.map(of)), [null, 'VOD.10121', 'VOD.10121'])
  shows('huawei-vod', 'upload_by_url: addresses', 'VOD.10121')
})

test('a redirect to a host that is not listed is not followed', async (t) => {
  const asked: unknown[] = []
  const inner = await startOrigin(t, ({ url }, response) => {
    asked.push(url)
    response.end(mediaFixture('video.mp4'))
  })
  const location = inner.replace('127.0.0.1', 'localhost')
  const origin = await startOrigin(t, ({ url }, response) =>
    response.writeHead(302, { location: url === '/listed.mp4' ? inner : location }).end(),
  )
  const bodies: string[] = []
  const receiver = await startOrigin(t, async (request, response) => {
    bodies.push((await buffer(request)).toString())
    response.end()
  })
  const settings = { 'huawei_vod.event_url': receiver, 'huawei_vod.event_secret': 'secret of events' }
  const rig = await start(t, { settings })
  const asset_id = await pull(rig, `${origin}a.mp4`)
  await work(rig)
  await work(rig)
  assert.equal(JSON.parse(bodies[0] ?? '').create_info.error_code, 'VOD.10121')
  assert.equal((await rig.info(asset_id)).status, 'UPLOAD_FAILED')
  assert.deepEqual(asked, [])
  shows('huawei-vod', 'VOD.10121')
  const followed = await pull(rig, `${origin}listed.mp4`)
  await work(rig)
  assert.deepEqual([(await rig.info(followed)).status, asked], ['CREATED', ['/']])
  shows('huawei-vod', 'upload_by_url: redirects')
})

test('fields of a pull are checked by name', async (t) => {
  const rig = await start(t)
  const fine = { video_type: 'MP4', title: 't', url: 'http://127.0.0.1/a.mp4' }
  const wrong: readonly (readonly [Fields, string])[] = [
    [{ video_type: undefined }, 'video_type'],
    [{ video_type: 'DOC' }, 'video_type'],
    [{ title: undefined }, 'title'],
    [{ title: 'a'.repeat(129) }, 'title'],
    [{ url: undefined }, 'url'],
    [{ url: 'http://127.0.0.1/a' }, 'url'],
    [{ url: 'http://127.0.0.1/' }, 'url'],
    [{ url: 'http://127.0.0.1/a.mp4/b' }, 'url'],
    [{ url: 'ftp://127.0.0.1/a.mp4' }, 'url'],
    [{ url: 'file:///etc/passwd.txt' }, 'url'],
    [{ url: 'http://u:p@127.0.0.1/a.mp4' }, 'url'],
    [{ url: `http://127.0.0.1/${'a'.repeat(4096)}.mp4` }, 'url'],
    [{ description: 'a'.repeat(1025) }, 'description'],
    [{ category_id: 'x' }, 'category_id'],
    [{ auto_publish: 2 }, 'auto_publish'],
    [{ auto_preheat: 2 }, 'auto_preheat'],
    [{ thumbnail: { type: 'none' } }, 'thumbnail.type'],
  ]
  for (const [fields, name] of wrong) {
    assertIllegal(await request(rig, { ...fine, ...fields }), `upload_metadatas.${name}`)
  }
  for (const list of [undefined, null, [], {}, 'x', [7], Array(17).fill(fine)]) {
    assertIllegal(await rig.call('POST', PATH, { json: { upload_metadatas: list } }), 'upload_metadatas')
  }
  assertFailure(await request(rig, fine, { ...fine, category_id: 7 }), 400, 'VOD.10064')
  assert.equal((await tasks(rig)).count, 0)
  shows('huawei-vod', 'upload_metadatas')
  const playlist = { ...fine, video_type: 'HLS', url: 'http://127.0.0.1/a.m3u8' }
  assert.equal((await request(rig, ...Array(16).fill(playlist))).status, 200)
  shows('huawei-vod', 'upload_by_url: upload_metadatas')
})

test('a file that is not there fails its asset at once', async (t) => {
  let asked = 0
  const origin = await startOrigin(t, (_, response) => {
    asked++
    response.writeHead(404).end('none')
  })
  const rig = await start(t)
  const asset_id = await pull(rig, `${origin}a.mp4`)
  await work(rig)
  const { status, description } = await rig.info(asset_id)
  assert.equal(status, 'UPLOAD_FAILED')
  assert.match(description, /The URL could not be pulled: the host answered 404/)
  assert.deepEqual(await states(rig), ['FAILED'])
  rig.clock.advance(3600_000)
  await work(rig)
  assert.equal(asked, 1)
  const update = { asset_id, video_name: 'a.mp4', video_type: 'MP4' }
  assert.equal((await rig.call('PUT', 'asset', { json: update })).status, 200)
})

test('empty and oversized files fail their assets, and nothing of them is kept', async (t) => {
  const origin = await startOrigin(t, ({ url }, response) => {
    if (url === '/empty.mp4') response.end()
    else if (url === '/fits.mp4') response.end(random(4 * MIB))
    else if (url === '/announced.mp4')
      response.writeHead(200, { 'content-length': 5 * MIB }).end(random(5 * MIB))
    else for (let count = 0; count < 5; count++) response[count < 4 ? 'write' : 'end'](random(MIB))
  })
  const rig = await start(t, { settings: { 'huawei_vod.fetch_size_max_bytes': String(4 * MIB) } })
  const assets: string[] = []
  for (const name of ['empty', 'announced', 'chunked']) assets.push(await pull(rig, `${origin}${name}.mp4`))
  await work(rig)
  const infos = await Promise.all(assets.map((asset_id) => rig.info(asset_id)))
  assert.deepEqual(
    infos.map(({ status, description }) => [status, /: (.*)\.$/.exec(description)?.[1]]),
    [
      ['UPLOAD_FAILED', 'the file is empty'],
      ['UPLOAD_FAILED', 'the file is too large'],
      ['UPLOAD_FAILED', 'the file is too large'],
    ],
  )
  rig.clock.advance(24 * 3600_000)
  await work(rig)
  assert.deepEqual(await rig.server.engine.storedSegments(), [])
  const fits = await pull(rig, `${origin}fits.mp4`)
  await work(rig)
  assert.equal((await rig.info(fits)).status, 'CREATED')
  shows('huawei-vod', 'upload_by_url: size')
})

test('a host in trouble is asked again later', async (t) => {
  let asked = 0
  const origin = await startOrigin(t, (_, response) => {
    asked++
    if (asked === 1) response.writeHead(503).end()
    else if (asked === 2) response.destroy()
    else response.end(mediaFixture('video.mp4'))
  })
  const rig = await start(t)
  const asset_id = await pull(rig, `${origin}a.mp4?secret=of-the-url`)
  await work(rig)
  assert.deepEqual([asked, await states(rig)], [1, ['PROCESSING']])
  for (let times = 0; times < 2; times++) {
    rig.clock.advance(60_000)
    await work(rig)
  }
  assert.equal(asked, 3)
  assert.equal((await rig.info(asset_id)).status, 'CREATED')
  assert.ok(!rig.server.logLines.join('\n').includes('of-the-url'))
})

test('a host that stays in trouble fails the asset in the end', async (t) => {
  const times: number[] = []
  const origin = await startOrigin(t, (_, response) => {
    times.push(rig.clock.now())
    response.writeHead(500).end()
  })
  const rig = await start(t)
  const asset_id = await pull(rig, `${origin}a.mp4`)
  for (let seconds = 0; (await rig.info(asset_id)).status !== 'UPLOAD_FAILED'; seconds += 30) {
    assert.ok(seconds < 1_000)
    await work(rig)
    rig.clock.advance(30_000)
  }
  assert.deepEqual(await states(rig), ['FAILED'])
  shows('huawei-vod', 'a pull that fails')
  // In steps of the clock: what the work itself took does not count.
  const pauses = times.slice(1).map((time, at) => Math.round((time - (times[at] ?? 0)) / 30_000))
  assert.equal(times.length, 8)
  assert.deepEqual(
    pauses,
    pauses.toSorted((a, b) => a - b),
  )
  assert.ok((pauses.at(-1) ?? 0) >= 2 * (pauses[0] ?? 0))
  shows('huawei-vod', 'upload_by_url: host in trouble')
})

/** Answers ranges as web servers do; `cut` tells after how many bytes an answer breaks off. */
function fileServer(file: () => { readonly bytes: Buffer; readonly etag: string }, cut: () => number | null) {
  const ranges: (string | undefined)[] = []
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const { bytes, etag } = file()
    const { range } = request.headers
    ranges.push(range)
    const from =
      request.headers['if-range'] === etag ? Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0) : 0
    const rest = bytes.subarray(from)
    const headers = { etag, 'content-length': rest.byteLength }
    if (from === 0) response.writeHead(200, headers)
    else response.writeHead(206, { ...headers, 'content-range': `bytes ${from}-${bytes.byteLength - 1}/*` })
    const length = cut()
    if (length === null) response.end(rest)
    else response.write(rest.subarray(0, length), () => setImmediate(() => response.destroy()))
  }
  return { ranges, listener }
}

const sizes = { 'huawei_vod.fetch_size_max_bytes': String(64 * MIB) }

test('a pull that breaks off goes on where whole parts end', async (t) => {
  const file = { bytes: random(40 * MIB + 4), etag: '"one"' }
  const cuts = [37 * MIB, 3 * MIB, null]
  const { listener, ranges } = fileServer(
    () => file,
    () => cuts.shift() ?? null,
  )
  const origin = await startOrigin(t, listener)
  const rig = await start(t, { settings: sizes })
  const asset_id = await pull(rig, `${origin}a.mxf`, { video_type: 'MXF' })
  for (let times = 0; times < 3; times++) {
    await work(rig)
    rig.clock.advance(60_000)
  }
  assert.deepEqual(ranges, [undefined, `bytes=${32 * MIB}-`, `bytes=${32 * MIB}-`])
  assert.equal((await rig.info(asset_id)).status, 'CREATED')
  assert.ok((await videoOf(rig, asset_id)).equals(file.bytes))
  shows('huawei-vod', 'a pull that breaks off', 'upload_by_url: broken off')
})

test('a file that is another one when the pull goes on is pulled anew', async (t) => {
  let file = { bytes: random(40 * MIB), etag: '"one"' }
  const other = { bytes: Buffer.from(random(20 * MIB).reverse()), etag: '"two"' }
  const { listener, ranges } = fileServer(
    () => file,
    () => (file.etag === '"one"' ? 36 * MIB : null),
  )
  const origin = await startOrigin(t, listener)
  const rig = await start(t, { settings: sizes })
  const asset_id = await pull(rig, `${origin}a.mxf`, { video_type: 'MXF' })
  await work(rig)
  file = other
  rig.clock.advance(60_000)
  await work(rig)
  assert.deepEqual(ranges, [undefined, `bytes=${32 * MIB}-`])
  assert.ok((await videoOf(rig, asset_id)).equals(other.bytes))
  shows('huawei-vod', 'a pull of a file that changes')
})

test('a pull goes on after the server was stopped', async (t) => {
  const file = { bytes: random(20 * MIB), etag: '"one"' }
  const reached = Promise.withResolvers<void>()
  let isHeld = true
  const { listener, ranges } = fileServer(
    () => file,
    () => null,
  )
  const origin = await startOrigin(t, (request, response) => {
    if (!isHeld) return listener(request, response)
    ranges.push('held')
    response.writeHead(200, { etag: file.etag, 'content-length': file.bytes.byteLength })
    response.write(file.bytes.subarray(0, 17 * MIB), () => reached.resolve())
  })
  const dataDir = temporaryFolder()
  const settings = { 'huawei_vod.fetch_hosts': '127.0.0.1', ...sizes }
  try {
    const first = await startRig({ settings, dataDir })
    const asset_id = await pull(first, `${origin}a.mxf`, { video_type: 'MXF' })
    const running = work(first)
    await reached.promise
    // What came is written down with the first whole part.
    while ((await receivedBy(first)) === 0) await setTimeout(10)
    await first.stop()
    await running
    isHeld = false
    const second = await startRig({ settings, dataDir })
    assert.equal((await second.info(asset_id)).status, 'CREATING')
    await work(second)
    assert.deepEqual(ranges, ['held', `bytes=${16 * MIB}-`])
    assert.ok((await videoOf(second, asset_id)).equals(file.bytes))
    shows('huawei-vod', 'a pull when the server stops', 'upload_by_url: restarts')
    await second.stop()
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

/** What the first pull of a server has written down. */
async function receivedBy({ server }: Rig): Promise<number> {
  const { core, accounts } = server.engine
  const [account] = accounts.all
  assert.ok(account)
  const [task] = await core.tasks.find({ account: account.id, scope: null, ids: [1] })
  return Number(task?.input.received ?? 0)
}

test('an asset that is cancelled or deleted while it is pulled stays so, without bytes', async (t) => {
  for (const end of ['CANCELLED', 'DELETED']) {
    const begun = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const origin = await startOrigin(t, async (_, response) => {
      response.write(random(MIB), () => begun.resolve())
      await ended.promise
      response.end(random(MIB))
    })
    const rig = await start(t)
    const asset_id = await pull(rig, `${origin}a.mxf`, { video_type: 'MXF' })
    const running = work(rig)
    await begun.promise
    if (end === 'CANCELLED') assert.equal((await rig.confirm(asset_id, end)).status, 200)
    else await rig.expect(200, 'DELETE', 'asset', { query: { asset_id } })
    ended.resolve()
    await running
    assert.equal((await rig.info(asset_id)).status, end)
    rig.clock.advance(24 * 3600_000)
    await work(rig)
    assert.equal((await rig.info(asset_id)).status, end)
    assert.deepEqual(await rig.server.engine.storedSegments(), [])
  }
  shows(
    'huawei-vod',
    'a pull of an asset that is cancelled or deleted',
    'upload_by_url: cancelled or deleted meanwhile',
  )
})

test('a pull that fails is told by an event with VOD.10121, one that goes well as any other asset', async (t) => {
  const bodies: string[] = []
  const receiver = await startOrigin(t, async (request, response) => {
    bodies.push((await buffer(request)).toString())
    response.end()
  })
  const origin = await startOrigin(t, ({ url }, response) =>
    url === '/good.mp4' ? response.end(mediaFixture('video.mp4')) : response.writeHead(410).end(),
  )
  const settings = { 'huawei_vod.event_url': receiver, 'huawei_vod.event_secret': 'secret of events' }
  const rig = await start(t, { settings })
  const [good, bad] = [await pull(rig, `${origin}good.mp4`), await pull(rig, `${origin}bad.mp4`)]
  await work(rig)
  await work(rig)
  const infos = bodies.map((body) => JSON.parse(body).create_info)
  const told = (id: string) => infos.filter(({ asset_id }) => asset_id === id)
  const [success, failure] = [told(good), told(bad)]
  assert.deepEqual([success.length, failure.length], [1, 1])
  assert.deepEqual(
    [success[0].status, success[0].user_name, success[0].error_code],
    ['SUCCEED', ACCOUNT.name, null],
  )
  assert.deepEqual([failure[0].status, failure[0].error_code], ['FAILED', 'VOD.10121'])
  assert.equal(failure[0].error_msg, 'The URL could not be pulled: the host answered 410.')
  shows('huawei-vod', 'create_info of a failed pull')
})

test('tasks are listed newest first, page by page, and by what is asked of them', async (t) => {
  const origin = await startOrigin(t, ({ url }, response) =>
    url?.includes('bad') === true ? response.writeHead(404).end() : response.end(mediaFixture('video.mp4')),
  )
  const rig = await start(t)
  const ids: string[] = []
  for (const name of ['1', 'bad2', '3', 'bad4', '5']) {
    rig.clock.advance(60_000)
    ids.push(await pull(rig, `${origin}${name}.mp4`))
  }
  const newest = ids.toReversed()
  const listed = async (query: Query = {}) =>
    (await tasks(rig, query)).results.map(({ asset_id }) => asset_id)
  assert.deepEqual(await listed({ status: 'WAITING' }), newest)
  await work(rig)
  const [first] = (await tasks(rig, { asset_id: ids[0] ?? '' })).results
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
  assert.deepEqual(Object.keys(first ?? {}), [
    ...['type', 'asset_id', 'status', 'create_time', 'end_time', 'transcode_result'],
  ])
  assert.deepEqual([first?.type, first?.asset_id, first?.status], ['UPLOAD_BY_URL', ids[0], 'SUCCEED'])
  for (const each of [first?.create_time, first?.end_time]) assert.match(String(each), time)
  shows('huawei-vod', 'GET /v1/{project_id}/asset/tasks')
  assert.deepEqual(await listed({ status: 'FAILED' }), [ids[3], ids[1]])
  assert.deepEqual(await listed({ status: ['SUCCEED', 'FAILED'] }), newest)
  assert.deepEqual(await listed({ status: 'WAITING' }), [])
  assert.deepEqual(await listed({ type: 'UPLOAD_BY_URL' }), newest)
  assert.deepEqual(await listed({ type: 'TRANSCODE' }), [])
  const pages: unknown[] = []
  for (let marker: string | null = ''; marker !== null; ) {
    const page = await tasks(rig, { limit: 2, marker })
    assert.equal(page.count, page.results.length)
    pages.push(page.results.map(({ asset_id }) => asset_id))
    marker = page.next_marker
  }
  assert.deepEqual(pages, [newest.slice(0, 2), newest.slice(2, 4), newest.slice(4)])
  const third = (await tasks(rig, { asset_id: ids[2] ?? '' })).results[0]
  const at = String(third?.create_time)
  assert.deepEqual(await listed({ create_time_after: at }), newest.slice(0, 3))
  assert.deepEqual(await listed({ create_time_before: at }), newest.slice(2))
  assert.deepEqual(await listed({ create_time_before: at, create_time_after: at }), [ids[2]])
  assert.deepEqual(await listed({ end_time_before: at }), [])
  assert.deepEqual(await listed({ end_time_after: at.replace('Z', '+00:00') }), newest)
  shows('huawei-vod', 'tasks: type, asset_id, status, times, marker, limit')
  await rig.make(mediaFixture('video.mp4'))
  assert.deepEqual(await listed(), newest)
  const elsewhere = { version: 'v1', project: PROJECTS.second.id }
  assert.deepEqual((await rig.expect(200, 'GET', 'asset/tasks', elsewhere)).results, [])
})

test('parameters of the list of tasks are checked by name', async (t) => {
  const rig = await start(t)
  const wrong: Readonly<Record<string, readonly string[]>> = {
    ...{ limit: ['0', '101', 'x'], marker: ['x', '1', '1-x'], status: ['CREATED'] },
    ...{ create_time_after: ['20240101000000', 'x'], create_time_before: ['2024-13-01T00:00:00Z'] },
    ...{ end_time_after: ['2024-01-01'], end_time_before: ['2024-01-01T00:00:00'] },
  }
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      assertIllegal(await rig.call('GET', 'asset/tasks', { version: 'v1', query: { [name]: value } }), name)
    }
  }
  shows('huawei-vod', 'tasks: status, times, marker')
  for (const limit of ['1', '100'])
    await rig.expect(200, 'GET', 'asset/tasks', { version: 'v1', query: { limit } })
  shows('huawei-vod', 'tasks: limit')
})
