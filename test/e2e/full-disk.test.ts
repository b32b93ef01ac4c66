import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { HEADROOM_SIZE } from '../../src/metadata/sqlite/headroom.ts'
import { clientOf as vodClient } from '../dialects/huawei-vod/rig.ts'
import { clientOf as smhClient } from '../dialects/tencent-smh/rig.ts'
import { rigOn as vmsClient } from '../dialects/volcengine-vms/rig.ts'
import { APP, LIBRARIES, spawnServer } from '../support/harness.ts'
import { iflytekHeaders, multipart } from '../support/iflytek.ts'
import { largeVideo } from '../support/media-fixtures.ts'
import { cannotMount, smallDisk } from '../support/small-disk.ts'
import { wav } from '../support/volcengine.ts'

const MIB = 1024 ** 2
const RESERVE = 8 * MIB
/** Calls that come before the refusal, at most. */
const CALLS_MAX = 20_000

const ONE_BYTE = Buffer.from('1')
const LARGE = Buffer.alloc(200_000, 1)
const SPACE = `${LIBRARIES.plain.id}/-`

/** A way to make the stores larger, and what it is answered when the disk is full. */
interface Way {
  readonly name: string
  readonly full: string
  /** What another of its steps is answered. */
  readonly alsoFull?: string
  /** Returns the status with the vendor's code; the code is empty for a success. */
  grow(number: number): Promise<string>
}

/** What a client of each dialect does on one server. */
function clients(url: string) {
  const [vms, smh, vod] = [vmsClient(url), smhClient(url), vodClient(url)]
  return { url, vms, smh, vod, smhToken: smh.token('admin', { library: 'plain' }) }
}
type Clients = ReturnType<typeof clients>

const xmlCode = (text: string): string => /<Code>(.*)<\/Code>/.exec(text)?.[1] ?? ''

async function ost(url: string, path: string, body: Buffer | object): Promise<string> {
  const ids = { request_id: '1', app_id: APP.app_id }
  const form = body instanceof Buffer ? multipart(ids, body) : null
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { ...iflytekHeaders(APP, path), 'content-type': form?.type ?? 'application/json' },
    body: form === null ? JSON.stringify({ ...ids, ...body }) : new Uint8Array(form.body),
  })
  const { code } = (await response.json()) as { code: number }
  return `${response.status} ${code === 0 ? '' : code}`
}

function waysOf({ url, vms, smh, vod, smhToken }: Clients): readonly Way[] {
  const smhPut = async (number: number, bytes: Buffer) => {
    const access_token = await smhToken
    const task = await smh.call('PUT', `file/${SPACE}/f${number}`, { access_token })
    if (task.body === null || task.status !== 201) return `${task.status} ${task.body?.code}`
    const sent = await smhSend(task.body, bytes)
    if (!sent.startsWith('200')) return sent
    const done = await smh.call('POST', `file/${SPACE}/${task.body.confirmKey}`, {
      confirm: null,
      access_token,
    })
    return `${done.status} ${done.body?.code ?? ''}`
  }
  const smhSend = async (task: { domain: string; path?: unknown; headers: object }, bytes: Buffer) => {
    const headers = task.headers as Record<string, string>
    const answer = await fetch(`http://${task.domain}${task.path}`, {
      ...{ method: 'PUT', headers, body: new Uint8Array(bytes) },
    })
    return `${answer.status} ${xmlCode(await answer.text())}`
  }
  const vmsCode = async (action: string, parameters: object) => {
    const { status, body } = await vms.answer(action, { ...parameters })
    return `${status} ${body.ResponseMetadata.Error?.Code ?? ''}`
  }
  const vodCall = async (method: string, path: string, json: object) => {
    const { status, body } = await vod.call(method, path, { json })
    return `${status} ${status < 300 ? '' : body?.error_code}`
  }
  const { make } = smhDirectories(smh, smhToken)
  return [
    {
      ...{ name: 'iflytek-ost: uploads of one byte', full: '200 10006' },
      grow: () => ost(url, '/file/upload', ONE_BYTE),
    },
    {
      ...{ name: 'iflytek-ost: large uploads', full: '200 10006' },
      grow: () => ost(url, '/file/upload', LARGE),
    },
    {
      ...{ name: 'iflytek-ost: inits alone', full: '200 10006' },
      grow: () => ost(url, '/file/mpupload/init', {}),
    },
    {
      ...{ name: 'volcengine-vms: upload URLs alone', full: '503 ServiceUnavailable' },
      grow: (number) => vmsCode('GetResourceUploadUrl', { FileName: `u${number}.wav` }),
    },
    {
      ...{ name: 'volcengine-vms: bytes', full: '507 InsufficientStorage' },
      grow: async () => {
        const { status, bytes } = await vms.put(await uploadUrlOnce(vms), LARGE)
        return `${status} ${xmlCode(bytes.toString()) || codeIn(bytes)}`
      },
    },
    {
      ...{ name: 'tencent-smh: directories alone', full: '503 ServerOverloaded' },
      grow: make,
    },
    {
      ...{
        name: 'tencent-smh: files of one byte',
        full: '503 ServerOverloaded',
        alsoFull: '507 InsufficientStorage',
      },
      grow: (number) => smhPut(number, ONE_BYTE),
    },
    {
      ...{ name: 'huawei-vod: assets alone', full: '503 APIGW.0201' },
      grow: () => vodCall('POST', 'asset', { title: 'a', video_name: 'a.mp4', video_type: 'MP4' }),
    },
    {
      ...{ name: 'huawei-vod: categories alone', full: '503 APIGW.0201' },
      grow: (number) => vodCall('POST', 'asset/category', { name: `c${number % 100}`, parent_id: 0 }),
    },
  ]
}

const urls = new WeakMap<object, Promise<string>>()
/** One URL that is put to again and again. */
function uploadUrlOnce(vms: Clients['vms']): Promise<string> {
  const url = urls.get(vms) ?? vms.uploadUrl('again.wav')
  urls.set(vms, url)
  return url
}

const codeIn = (bytes: Buffer): string => /"Code":\s*"(\w+)"/.exec(bytes.toString())?.[1] ?? ''

function smhDirectories(smh: Clients['smh'], token: Promise<string>) {
  const make = async (number: number) => {
    const { status, body } = await smh.call('PUT', `directory/${SPACE}/d${number}-${'x'.repeat(200)}`, {
      access_token: await token,
    })
    return `${status} ${status < 300 ? '' : body?.code}`
  }
  return { make }
}

/** Something of each dialect that can be removed. */
async function things({ url, vms, smh, vod, smhToken }: Clients, name: string) {
  const resource = await vms.make(`${name}.wav`, wav(1))
  await smh.upload(name, Buffer.from(name), { library: 'plain', token: await smhToken })
  const asset = await vod.make(largeVideo(100_000))
  const begun = await fetch(`${url}/file/mpupload/init`, {
    method: 'POST',
    headers: { ...iflytekHeaders(APP, '/file/mpupload/init'), 'content-type': 'application/json' },
    body: JSON.stringify({ request_id: '1', app_id: APP.app_id }),
  })
  const { data } = (await begun.json()) as { data: { upload_id: string } }
  return { name, resource, asset, uploadId: data.upload_id }
}
type Things = Awaited<ReturnType<typeof things>>

/** Removes them as clients do that show up only now. */
async function remove({ url, vms, smh, vod }: Clients, { name, resource, asset, uploadId }: Things) {
  const deleted = await vms.answer('OpenDeleteResource', { ResourceKey: resource })
  assert.equal(deleted.status, 200, deleted.bytes.toString())
  const token = await smh.token('admin', { library: 'plain' })
  await smh.expect(204, 'DELETE', `file/${SPACE}/${name}`, { access_token: token })
  await vod.expect(200, 'DELETE', 'asset', { query: { asset_id: asset } })
  assert.equal(await ost(url, '/file/mpupload/cancel', { upload_id: uploadId }), '200 ')
}

async function readAll({ smh, smhToken, vod, vms }: Clients, { name, asset }: Things): Promise<void> {
  const bytes = await smh.download(name, { library: 'plain', token: await smhToken })
  assert.equal(bytes?.toString(), name)
  await vod.expect(200, 'GET', 'asset/details', { query: { asset_id: asset } })
  assert.ok((await vms.list()).length > 0)
}

test('a full disk refuses what grows in every dialect, and lets what frees room go on, also after restarts', async (t) => {
  const disk = smallDisk(128)
  if (disk === null) return t.skip(cannotMount)
  const options = {
    dataDir: disk.dir,
    settings: { disk_reserve_bytes: String(RESERVE), metadata: 'sqlite', blobs: 'disk' },
  }
  let server = await spawnServer(options)
  let all = clients(server.url)
  const kept = await Promise.all(['first', 'second', 'third', 'fourth'].map((name) => things(all, name)))
  const [first, second, third, fourth] = kept as [Things, Things, Things, Things]
  assert.ok(existsSync(join(disk.dir, 'stowage.db-headroom')))
  await uploadUrlOnce(all.vms)

  for (const { name, full, alsoFull, grow } of waysOf(all)) {
    await t.test(name, async () => {
      disk.leave(RESERVE + MIB)
      let isFull = false
      let taken = 0
      for (let number = 0; number < CALLS_MAX && (taken === 0 || !isFull); number++) {
        const answer = await grow(number)
        isFull = answer === full || answer === alsoFull
        assert.ok(isFull || /^2\d\d $/.test(answer), answer)
        if (isFull) await sleep(10)
        else taken += 1
      }
      assert.ok(isFull)
      assert.ok(disk.free() > RESERVE / 2, `${disk.free()} bytes are free`)
    })
  }

  await t.test('what frees room goes on below the reserve', () => remove(all, first))
  await t.test('and on a disk that is full to the last byte', async () => {
    disk.leave(0)
    assert.equal(disk.free(), 0)
    await remove(all, second)
    await readAll(all, fourth)
    assert.equal(existsSync(join(disk.dir, 'stowage.db-headroom')), false)
  })
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await t.test(`a server that ended by ${signal} starts on the full disk`, async () => {
      await server.kill(signal)
      disk.leave(signal === 'SIGTERM' ? HEADROOM_SIZE / 4 : MIB)
      server = await spawnServer(options)
      all = clients(server.url)
      await readAll(all, fourth)
      assert.equal(await ost(server.url, '/file/upload', ONE_BYTE), '200 10006')
      if (signal === 'SIGTERM') await remove(all, third)
    })
  }
  await t.test('once there is room again, all goes on', async () => {
    disk.leave(4 * HEADROOM_SIZE)
    while ((await ost(all.url, '/file/upload', ONE_BYTE)) !== '200 ') await sleep(10)
    await things(all, 'fifth')
    await remove(all, fourth)
    assert.ok(existsSync(join(disk.dir, 'stowage.db-headroom')))
  })
  await server.dispose()
})
