import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { tone } from '../../../demo/sounds.ts'
import { PROJECTS } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { volcengineVmsDriver as vms } from '../drivers.ts'
import { clientOf, type VodClient } from '../huawei-vod/rig.ts'
import { bytesOf, type S3Rig, startS3 } from './rig.ts'

const Bucket = `vod-${PROJECTS.main.id}`
const BYTES = Buffer.from('a video')
const PICTURE = Buffer.from('a picture')
const denied = { name: 'AccessDenied' }

describe('assets and voice files by S3', () => {
  let rig: S3Rig
  let s3: S3Client
  let vod: VodClient
  before(async () => {
    rig = await startS3()
    s3 = rig.client()
    vod = clientOf(rig.server.url)
  })
  after(() => rig.stop())

  async function page(more: object = {}) {
    const {
      Contents = [],
      CommonPrefixes = [],
      NextContinuationToken,
    } = await s3.send(new ListObjectsV2Command({ Bucket, ...more }))
    const keys = [...CommonPrefixes.map(({ Prefix }) => Prefix), ...Contents.map(({ Key }) => Key)]
    return { keys, next: NextContinuationToken }
  }
  const get = async (Key: string) => bytesOf((await s3.send(new GetObjectCommand({ Bucket, Key }))).Body)
  const remove = (Key: string) => s3.send(new DeleteObjectCommand({ Bucket, Key }))

  /** An asset with a cover. */
  async function covered(): Promise<string> {
    const { asset_id, video_upload_url, cover_upload_url } = await vod.create({ cover_type: 'JPG' })
    const pictureType = { 'content-type': 'image/jpg' }
    for (const [url, bytes, headers] of [
      [video_upload_url, BYTES, {}],
      [String(cover_upload_url), PICTURE, pictureType],
    ] as const) {
      const put = await vod.put(url, bytes, headers)
      assert.equal(put.status, 200, put.bytes.toString())
    }
    await vod.confirm(asset_id)
    return asset_id
  }

  test('s3: the files of an asset have names to read, and go with it', async () => {
    const waiting = await vod.create({})
    const [first = '', second = ''] = [await covered(), await covered()].sort()
    const third = await vod.make(BYTES)
    const ids = [first, second, third].sort()
    const files = ids.flatMap((id) => [...(id === third ? [] : [`${id}/cover.jpg`]), `${id}/original.mp4`])
    assert.deepEqual((await page()).keys, files)
    assert.deepEqual(
      (await page({ Delimiter: '/' })).keys,
      ids.map((id) => `${id}/`),
    )
    assert.deepEqual((await page({ Prefix: `${second}/o` })).keys, [`${second}/original.mp4`])
    const after = await page({ StartAfter: files[0], MaxKeys: 2 })
    assert.deepEqual(after.keys, files.slice(1, 3))
    assert.deepEqual(await get(`${first}/original.mp4`), BYTES)
    assert.deepEqual(await get(`${first}/cover.jpg`), PICTURE)
    for (const Key of [
      `${waiting.asset_id}/original.mp4`,
      `${first}/original.mov`,
      `${third}/cover.jpg`,
      first,
    ])
      await assert.rejects(get(Key), { name: 'NoSuchKey' }, Key)
    await assert.rejects(remove(`${first}/cover.jpg`), denied)
    await assert.rejects(s3.send(new PutObjectCommand({ Bucket, Key: 'new', Body: 'x' })), {
      ...{ name: 'AccessDenied', message: /confirm/ },
    })
    await remove(`${first}/original.mp4`)
    assert.equal((await vod.info(first)).status, 'DELETED')
    await remove(`${first}/original.mp4`)
    await remove('nothing')
    const left = ids.filter((id) => id !== first).map((id) => `${id}/`)
    assert.deepEqual((await page({ Delimiter: '/' })).keys, left)
    shows('s3', 'vod-<project>')
  })

  test('pages of one key go through all of them once', async () => {
    const seen: (string | undefined)[] = []
    for (let ContinuationToken: string | undefined, more = true; more; ) {
      const { keys, next } = await page({ MaxKeys: 1, ...(ContinuationToken && { ContinuationToken }) })
      seen.push(...keys)
      ContinuationToken = next
      more = next !== undefined
    }
    assert.deepEqual(seen, (await page()).keys)
    assert.ok(seen.length >= 3)
  })

  test('s3: a voice file that is written is a resource, and does not change', async () => {
    const at = { Bucket: 'vms', Key: 'file/by-s3.wav' }
    const made = await vms.upload(rig.server.url, 'first.wav', tone(3))
    await made.complete(rig.server.url)
    const bytes = tone(4)
    await s3.send(new PutObjectCommand({ ...at, Body: bytes }))
    const { Body } = await s3.send(new GetObjectCommand(at))
    assert.ok(bytes.equals(await bytesOf(Body)))
    const again = await vms.upload(rig.server.url, 'by-s3.wav', bytes)
    assert.match(
      await again.complete(rig.server.url),
      /^[0-9a-f]{32}$/,
      'a repeated commit gives the resource',
    )
    await assert.rejects(s3.send(new PutObjectCommand({ ...at, Body: tone(5) })), denied)
    for (const Key of ['by-s3.wav', 'file/x.txt', 'file/a/b.wav'])
      await assert.rejects(s3.send(new PutObjectCommand({ ...at, Key, Body: bytes })), denied, Key)
    const text = { ...at, Key: 'file/text.wav', Body: 'no sound' }
    await assert.rejects(s3.send(new PutObjectCommand(text)), { name: 'InvalidArgument' })
    await s3.send(new DeleteObjectCommand(at))
    await assert.rejects(s3.send(new GetObjectCommand(at)), { name: 'NoSuchKey' })
    await s3.send(new PutObjectCommand({ ...at, Body: tone(5) }))
    shows('s3', 'vms')
  })
})
