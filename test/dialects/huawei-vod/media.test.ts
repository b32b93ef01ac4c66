import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  contentTypeOf,
  isVideoType,
  UPLOAD_TYPES,
} from '../../../src/dialects/huawei-vod/model/file-types.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { type Body, type Rig, startRig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

/** A confirmed asset of this type with these bytes, as `/info` tells it. */
async function asset(video_type: string, bytes: Uint8Array): Promise<Body> {
  assert.ok(isVideoType(video_type))
  return rig.info(await rig.make(bytes, { video_type }, contentTypeOf(video_type)))
}

type Size = readonly [width: number, height: number] | null

/** The codec of the sound where it is another one than that of the file. */
const SOUND: Readonly<Record<string, string | null>> = {
  ...{ 'video.mp4': 'AAC', 'faststart.mp4': 'AAC', 'fragmented.mp4': 'AAC', 'hevc.mp4': null },
  ...{ 'video.3gp': 'AAC', 'video.mov': 'AAC', 'video.mkv': 'AAC', 'piped.mkv': null },
  ...{ 'vp8.webm': 'Vorbis', 'video.ts': 'AAC', 'video.flv': 'AAC', 'video.avi': 'MP3', 'video.wmv': 'WMA' },
}

/** File, type, codec, milliseconds, picture, frames per second, channels. */
const FILES: readonly (readonly [string, string, string, number, Size, number | null, number | null])[] = [
  ['video.mp4', 'MP4', 'H.264', 1000, [160, 90], 10, 1],
  ['faststart.mp4', 'M4V', 'H.264', 1000, [160, 90], 10, 1],
  ['fragmented.mp4', 'F4V', 'H.264', 1200, [160, 90], 10, 1],
  ['hevc.mp4', 'MP4', 'H.265', 1001, [160, 90], 30, null],
  ['video.3gp', '3GP', 'H.264', 1000, [160, 90], 10, 1],
  ['video.mov', 'MOV', 'H.264', 1000, [160, 90], 10, 1],
  ['video.mkv', 'MKV', 'H.264', 1023, [160, 90], 10, 1],
  ['piped.mkv', 'MKV', 'H.264', 1000, [160, 90], 10, null],
  ['vp8.webm', 'WEBM', 'UNKNOWN', 1003, [160, 90], 10, 1],
  ['video.ts', 'TS', 'H.264', 1045, [160, 90], 10, 1],
  ['video.flv', 'FLV', 'H.264', 1044, [160, 90], 10, 1],
  ['video.avi', 'AVI', 'MPEG-4', 1100, [160, 90], 10, 1],
  ['video.wmv', 'WMV', 'WMV', 1046, [160, 90], 10, 1],
  ['cbr-tagged.mp3', 'MP3', 'MP3', 1045, null, null, 2],
  ['s16.wav', 'WAV', 'PCM', 500, null, null, 1],
  ['adpcm.wav', 'WAV', 'ADPCM', 1021, null, null, 1],
  ['tone.flac', 'FLAC', 'FLAC', 1000, null, null, 1],
  ['vorbis.ogg', 'OGG', 'Vorbis', 1000, null, null, 2],
  ['audio.m4a', 'M4A', 'AAC', 1000, null, null, 2],
  ['tone.aac', 'AAC', 'AAC', 1045, null, null, 2],
  ['tone.wma', 'WMA', 'WMA', 1021, null, null, 2],
  ['tone.ac3', 'AC3', 'AC-3', 1010, null, null, 2],
  ['tone.mp2', 'MP2', 'MP2', 1019, null, null, 1],
  ['tone.wv', 'WV', 'WavPack', 1000, null, null, 1],
]

describe('a confirmed file has its media facts', () => {
  for (const [file, type, codec, duration_ms, size, frame_rate, audio_channels] of FILES) {
    test(`the facts of ${file} as ${type} are those of its own headers`, async () => {
      const bytes = mediaFixture(file)
      const { status, description, base_info } = await asset(type, bytes)
      assert.deepEqual([status, description], ['CREATED', 'Asset meta is created'])
      const [width, height] = size ?? [null, null]
      assert.deepEqual(base_info.meta_data, {
        ...{ pack_type: type, codec, audio_codec: file in SOUND ? SOUND[file] : codec },
        ...{ duration: Math.max(1, Math.floor(duration_ms / 1000)), duration_ms },
        ...{ video_size: bytes.byteLength, width, hight: height, height },
        bit_rate: Math.floor((bytes.byteLength * 8) / duration_ms),
        ...{ frame_rate, quality: size === null ? null : 'FLUENT', audio_channels },
      })
      shows('huawei-vod', 'meta_data of 24 kinds of files')
    })
  }
})

test('AAC with SBR is HEAAC, whichever way it is told', async () => {
  // Object type 5 in front; and object type 2, with the mark of SBR behind it.
  for (const config of ['2b92080000', '139056e5a0']) {
    const bytes = mediaFixture('audio.m4a')
    Buffer.from(config, 'hex').copy(bytes, bytes.indexOf(Buffer.from('121056e500', 'hex')))
    const { meta_data } = (await asset('M4A', bytes)).base_info
    assert.deepEqual([meta_data?.codec, meta_data?.audio_channels], ['HEAAC', 2], config)
  }
  shows('huawei-vod', 'meta_data.codec HEAAC')
})

test('a file that is cut is told by its head, and that it is cut', async () => {
  for (const [type, file, duration_ms] of [
    ['AVI', 'video.avi', 1100],
    ['WMA', 'tone.wma', 1021],
    ['FLAC', 'tone.flac', 1000],
  ] as const) {
    const { description, base_info } = await asset(type, mediaFixture(file).subarray(0, -1500))
    assert.equal(
      description,
      'Asset meta is created. The file is cut: it ends before what its head announces.',
    )
    assert.equal(base_info.meta_data?.duration_ms, duration_ms)
  }
  shows('huawei-vod', 'meta_data of a file that is cut')
})

test('details, info and list agree on the facts of a file', async () => {
  const asset_id = await rig.make(mediaFixture('video.mkv'), { video_type: 'MKV' }, 'video/x-matroska')
  const query = { asset_id }
  const { base_info: fromInfo } = await rig.info(asset_id)
  const { base_info: fromDetails } = await rig.expect(200, 'GET', 'asset/details', { query })
  const [summary] = (await rig.expect(200, 'GET', 'asset/list', { query })).assets
  assert.deepEqual(fromDetails.meta_data, fromInfo.meta_data)
  const facts = fromInfo.meta_data
  const listed = [summary?.duration, summary?.duration_ms, summary?.size]
  assert.deepEqual(listed, [facts?.duration, facts?.duration_ms, facts?.video_size])
  assert.equal(summary?.media_type, 'MKV')
})

describe('a file that lies about its type is taken, and told', () => {
  const lies = [
    ['video.mp4', 'FLV', 'MP4'],
    ['video.flv', 'MP4', 'FLV'],
    ['video.mp4', 'M4A', 'MP4'],
    ['audio.m4a', 'MP3', 'M4A'],
    ['tone.wma', 'WAV', 'WMA'],
    ['video.wmv', 'AVI', 'WMV'],
    ['video.ts', 'MP4', 'TS'],
    ['cbr-tagged.mp3', 'AAC', 'MP3'],
  ] as const
  for (const [file, type, real] of lies) {
    test(`${file} that is announced as ${type} is told to be another type`, async () => {
      const { status, description, base_info } = await asset(type, mediaFixture(file))
      assert.equal(status, 'CREATED')
      assert.equal(description, `Asset meta is created. The file is ${real}, not ${type}.`)
      assert.deepEqual([base_info.video_type, base_info.meta_data?.pack_type], [type, real])
      shows('huawei-vod', 'a file that lies about its type')
    })
  }

  for (const [name, bytes] of [
    ['text', Buffer.from('this is no video')],
    ['a picture', mediaFixture('picture.png')],
    ['a cut video', mediaFixture('video.mp4').subarray(0, 2000)],
  ] as const) {
    test(`${name} that is announced as MP4 is told to be unreadable`, async () => {
      const { status, description, base_info } = await asset('MP4', bytes)
      assert.deepEqual(
        [status, description],
        ['CREATED', 'Asset meta is created. The file cannot be read as MP4.'],
      )
      assert.equal(base_info.meta_data, null)
      shows('huawei-vod', 'a file that cannot be read')
    })
  }
})

test('files of types that are not measured are taken as they are', async () => {
  for (const type of ['MXF', 'MPG', 'MPEG', 'MMF']) {
    const { status, description, base_info } = await asset(type, Buffer.from('whatever it is'))
    assert.deepEqual([status, description], ['CREATED', 'Asset meta is created'])
    assert.equal(base_info.meta_data, null)
  }
  const { description } = await asset('MXF', mediaFixture('video.mp4'))
  assert.equal(description, 'Asset meta is created. The file is MP4, not MXF.')
  shows('huawei-vod', 'types that are not measured')
})

test('an asset has no media facts before its file is confirmed', async () => {
  const { asset_id, video_upload_url } = await rig.create()
  await rig.put(video_upload_url, mediaFixture('video.mp4'))
  assert.equal((await rig.info(asset_id)).base_info.meta_data, null)
})

test('every type that can be announced has a Content-Type', () => {
  for (const type of UPLOAD_TYPES)
    assert.match(contentTypeOf(type), /^(video|audio|application)\/[a-z0-9-]+$/)
})
