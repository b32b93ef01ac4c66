import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shows } from '../../../../test/support/shows.ts'
import type { AudioFacts, MediaFacts, VideoFacts } from '../../../core/model/media.ts'
import { VIDEO_TYPES } from './file-types.ts'
import { isMeasured, isOfType, metaDataOf } from './media.ts'

const video: VideoFacts = { codec: 'avc', width: 512, height: 288, frameRate: 29.97 }
const audio: AudioFacts = { codec: 'aac', sampleRateHz: 44_100, channels: 2 }
const flv: MediaFacts = { container: 'flv', contentType: 'video/x-flv', durationMs: 244_000, audio, video }
const withVideo = (more: Partial<VideoFacts>): MediaFacts => ({ ...flv, video: { ...video, ...more } })
const sound = (codec: string): MediaFacts => ({
  ...flv,
  container: 'mkv',
  video: null,
  audio: { ...audio, codec },
})

test('meta_data are those of the example on page vod_04_0022', () => {
  assert.deepEqual(metaDataOf('FLV', flv, 13_682_041), {
    pack_type: 'FLV',
    codec: 'H.264',
    audio_codec: 'AAC',
    duration: 244,
    duration_ms: 244_000,
    video_size: 13_682_041,
    width: 512,
    hight: 288,
    height: 288,
    bit_rate: 448,
    frame_rate: 30,
    quality: 'FLUENT',
    audio_channels: 2,
  })
  shows('huawei-vod', 'meta_data')
})

test('durations are whole seconds, floored, of at least 1', () => {
  const durations = [1, 999, 1000, 1999, 61_500].map((durationMs) =>
    metaDataOf('FLV', { ...flv, durationMs }, 1),
  )
  assert.deepEqual(
    durations.map(({ duration, duration_ms }) => [duration, duration_ms]),
    [
      [1, 1],
      [1, 999],
      [1, 1000],
      [1, 1999],
      [61, 61_500],
    ],
  )
  shows('huawei-vod', 'meta_data.duration')
})

test('codecs have the vendor’s names', () => {
  const names = {
    ...{
      avc: 'H.264',
      hevc: 'H.265',
      mpeg2: 'MPEG-2',
      mpeg4: 'MPEG-4',
      mp4v: 'MPEG-4',
      wmv2: 'WMV',
      wvc1: 'WMV',
    },
    ...{ 'v_mpeg4/iso/asp': 'MPEG-4', v_mpeg2: 'MPEG-2', vp9: 'UNKNOWN', av1: 'UNKNOWN', h263: 'UNKNOWN' },
  }
  for (const [codec, name] of Object.entries(names)) {
    assert.equal(metaDataOf('MKV', withVideo({ codec }), 1).codec, name, codec)
  }
  const sounds = {
    ...{ vorbis: 'Vorbis', aac: 'AAC', ac3: 'AC-3', eac3: 'EAC-3', 'amr-nb': 'AMR', samr: 'AMR', ape: 'APE' },
    ...{
      flac: 'FLAC',
      mp3: 'MP3',
      mp2: 'MP2',
      'a_mpeg/l2': 'MP2',
      wma: 'WMA',
      'pcm-s16': 'PCM',
      alaw: 'PCM',
    },
    ...{ ulaw: 'PCM', 'adpcm-ima': 'ADPCM', wavpack: 'WavPack', opus: 'UNKNOWN', pcm: 'UNKNOWN' },
  }
  for (const [codec, name] of Object.entries(sounds)) {
    assert.equal(metaDataOf('MKV', sound(codec), 1).codec, name, codec)
  }
  shows('huawei-vod', 'meta_data.codec')
})

test('qualities go by the shorter side of the picture', () => {
  const qualities = [
    [3840, 2160, '4K'],
    [2560, 1440, '2K'],
    [1920, 1080, 'FULL_HD'],
    [1080, 1920, 'FULL_HD'],
    [1280, 720, 'HD'],
    [854, 480, 'SD'],
    [480, 270, 'FLUENT'],
    [3838, 2159, '2K'],
    [2558, 1439, 'FULL_HD'],
    [1918, 1079, 'HD'],
    [1278, 719, 'SD'],
    [852, 479, 'FLUENT'],
  ] as const
  for (const [width, height, quality] of qualities) {
    assert.equal(metaDataOf('FLV', withVideo({ width, height }), 1).quality, quality)
  }
  assert.equal(metaDataOf('MP3', sound('mp3'), 1).quality, null)
  shows('huawei-vod', 'meta_data.quality')
})

test('pack_type is what the file is, where that is not what was announced', () => {
  const packed = (container: MediaFacts['container'], type: (typeof VIDEO_TYPES)[number], more = {}) =>
    metaDataOf(type, { ...flv, container, ...more }, 1).pack_type
  for (const type of ['MP4', 'MOV', 'M4V', 'F4V', '3GP'] as const) assert.equal(packed('mp4', type), type)
  assert.equal(packed('mp4', 'FLV'), 'MP4')
  assert.equal(packed('mp4', 'FLV', { video: null }), 'M4A')
  assert.equal(packed('asf', 'MP4'), 'WMV')
  assert.equal(packed('asf', 'MP4', { video: null }), 'WMA')
  assert.equal(packed('webm', 'MKV'), 'MKV')
  assert.equal(packed('webm', 'TS'), 'WEBM')
  shows('huawei-vod', 'meta_data.pack_type')
})

test('every type but a few can be measured and told from others', () => {
  const unmeasured = VIDEO_TYPES.filter((type) => !isMeasured(type))
  assert.deepEqual(unmeasured.toSorted(), ['HLS', 'M3U8', 'MMF', 'MPEG', 'MPG', 'MXF'])
  for (const type of VIDEO_TYPES) {
    assert.equal(isOfType({ ...flv, container: 'wav', video: null }, type), type === 'WAV', type)
  }
})

test('a file with pictures is not of a type of sound', () => {
  assert.equal(isOfType({ ...flv, container: 'mp4' }, 'M4A'), false)
  assert.equal(isOfType({ ...flv, container: 'mp4', video: null }, 'M4A'), true)
  assert.equal(isOfType({ ...flv, container: 'asf' }, 'WMA'), false)
  assert.equal(isOfType({ ...flv, container: 'mp4', video: null }, 'MP4'), true)
})
