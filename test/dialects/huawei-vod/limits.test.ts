import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { VIDEO_TYPES } from '../../../src/dialects/huawei-vod/model/file-types.ts'
import { shows } from '../../support/shows.ts'
import { type CallOptions, type Query, type Rig, startRig, type VodAnswer } from './rig.ts'

const ASSET_ID = 'f488337c31c8e4622f1590735b134c65'

/** A limit of one field: values at its ends, and the first ones beyond, which are refused by the field's name. */
interface Limit {
  readonly field: string
  readonly fits: readonly unknown[]
  readonly beyond: readonly unknown[]
  /** The body or query that has a value there; default by the field's own name. */
  readonly in?: (value: unknown) => object
}

const ascii = (bytes: number): string => 'a'.repeat(bytes)
/** Of characters with three bytes each. */
const wide = (bytes: number): string => '字'.repeat(Math.floor(bytes / 3)) + ascii(bytes % 3)
const list = (count: number, item: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => item(at)).join(',')
const hex = (at: number): string => at.toString(16).padStart(32, '0')

const text = (field: string, bytesMax: number): Limit => ({
  field,
  fits: [ascii(bytesMax), wide(bytesMax)],
  beyond: [ascii(bytesMax + 1), `${wide(bytesMax)}a`],
})
const range = (field: string, min: number, max: number): Limit => ({
  field,
  fits: [min, max, String(max)],
  beyond: [min - 1, max + 1, 'x'],
})
const count = (field: string, max: number, item: (at: number) => string): Limit => ({
  field,
  fits: [list(1, item), list(max, item)],
  beyond: [list(max + 1, item)],
})
/** Of a field inside others. */
const within = (limit: Limit, wrap: (fields: object) => object, prefix: string): Limit => ({
  ...limit,
  field: `${prefix}.${limit.field}`,
  in: (value) => wrap({ [limit.field]: value }),
})

const META: readonly Limit[] = [
  text('title', 128),
  text('description', 1024),
  {
    field: 'tags',
    fits: [list(16, (at) => `tag${at}`), wide(24)],
    beyond: [list(17, String), ascii(25), wide(25)],
  },
  { field: 'category_id', fits: [-1, '-1', 0], beyond: [-2, 2 ** 53, 'x'] },
]
const subtitle = (fields: object) => ({ subtitles: [{ id: 1, type: 'SRT', language: 'CN', ...fields }] })
const subtitles = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: at + 1, type: 'SRT', language: 'EN' }))
const SUBTITLES: readonly Limit[] = [
  { field: 'subtitles', fits: [subtitles(1), subtitles(8), []], beyond: [subtitles(9), 'x'] },
  within(range('id', 1, 8), subtitle, 'subtitles'),
  within(text('name', 128), subtitle, 'subtitles'),
  within(text('description', 1024), subtitle, 'subtitles'),
]
const thumbnail = (fields: object) => ({ thumbnail: { type: 'time', ...fields } })
const PROCESSING: readonly Limit[] = [
  text('template_group_name', 128),
  text('workflow_name', 128),
  range('auto_publish', 0, 1),
  range('auto_encrypt', 0, 1),
  range('auto_preheat', 0, 1),
  within(text('template_id', 128), (fields) => ({ review: fields }), 'review'),
  within(range('time', 0, 100), thumbnail, 'thumbnail'),
  within(range('quantity', 1, 10), thumbnail, 'thumbnail'),
  within(range('quantity_time', 0, 86_400), thumbnail, 'thumbnail'),
  within(range('cover_position', 0, 86_400), thumbnail, 'thumbnail'),
  within(range('format', 1, 1), thumbnail, 'thumbnail'),
  within(range('aspect_ratio', 0, 1), thumbnail, 'thumbnail'),
  within(range('max_length', 1, 16_384), thumbnail, 'thumbnail'),
  within(
    {
      field: 'dots',
      fits: [[], [0, 86_400], Array(100).fill(1)],
      beyond: [[-1], [86_401], Array(101).fill(1)],
    },
    thumbnail,
    'thumbnail',
  ),
]
const pull = (fields: object) => ({
  upload_metadatas: [{ title: 't', video_type: 'MP4', url: 'http://127.0.0.1/a.mp4', ...fields }],
})
const pulls = (count: number) =>
  Array(count).fill({ title: 't', video_type: 'HLS', url: 'http://127.0.0.1/a.m3u8' })
const SEARCH: readonly Limit[] = [
  count('asset_id', 10, hex),
  count('tags', 16, (at) => `t${at}`),
  range('size', 1, 100),
  range('page', 0, 1999),
  { field: 'page', fits: [199], beyond: [200], in: (page) => ({ page, size: 100 }) },
  { field: 'category_id', fits: [-1, 0], beyond: [-2, 'x'] },
  { field: 'query_string', fits: [ascii(4096)], beyond: [ascii(4097)] },
  ...['start_time', 'end_time'].map(
    (field): Limit => ({
      field,
      fits: ['20180209024019', '20240229235959'],
      beyond: ['2018020902401', '201802090240190', '20181309024019', '20230229000000', '2018-02-09'],
    }),
  ),
]

/** Calls with what they need beside the field, and their limits. */
const CALLS: readonly (readonly [
  method: string,
  path: string,
  options: CallOptions,
  limits: readonly Limit[],
])[] = [
  [
    'POST',
    'asset',
    { json: { title: 't', video_name: 'v.mp4', video_type: 'MP4' } },
    [...META, text('video_name', 128), ...SUBTITLES, ...PROCESSING],
  ],
  [
    'PUT',
    'asset',
    { json: { asset_id: ASSET_ID, cover_type: 'JPG' } },
    [range('cover_id', 0, 7), ...SUBTITLES],
  ],
  ['PUT', 'asset/info', { json: { asset_id: ASSET_ID } }, META],
  [
    'POST',
    'asset/upload_by_url',
    { json: {} },
    [
      { field: 'upload_metadatas', fits: [pulls(1), pulls(16)], beyond: [[], pulls(17)] },
      ...[...META, ...PROCESSING].map(
        (limit): Limit => ({
          ...limit,
          field: `upload_metadatas.${limit.field}`,
          in: (value) => pull(limit.in === undefined ? { [limit.field]: value } : limit.in(value)),
        }),
      ),
    ],
  ],
  [
    'POST',
    'asset/category',
    { json: { name: 'n' } },
    [text('name', 64), { field: 'parent_id', fits: [0, '0'], beyond: [-1, 'x'] }],
  ],
  [
    'PUT',
    'asset/category',
    { json: { name: 'n', id: 1 } },
    [text('name', 64), { field: 'id', fits: [1], beyond: [0, -1] }],
  ],
  ['GET', 'asset/list', {}, [...SEARCH, count('media_type', 20, (at) => VIDEO_TYPES[at] ?? '')]],
  ['GET', 'asset/info', {}, SEARCH],
  ['DELETE', 'asset', {}, [count('asset_id', 10, hex)]],
  [
    'GET',
    'asset/categories',
    { version: 'v2' },
    [count('id', 10, String), { field: 'id', fits: [-1, 0], beyond: [-2] }],
  ],
  ['GET', 'asset/tasks', { version: 'v1' }, [range('limit', 1, 100)]],
  [
    'GET',
    'asset/duplication',
    { query: { md5: ASSET_ID } },
    [{ field: 'size', fits: [0, 2 ** 49], beyond: [-1, 'x'] }],
  ],
]

describe('huawei-vod: limits', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig({ settings: { 'huawei_vod.fetch_hosts': 'nowhere.example' } })
  })
  after(() => rig.stop())

  const isRefused = (answer: VodAnswer, field: string): boolean =>
    answer.status === 400 &&
    answer.body?.error_code === 'VOD.10053' &&
    answer.body.error_msg.includes(`{${field}}`)

  test('every limit of a field holds on both its sides', async () => {
    for (const [method, path, options, limits] of CALLS) {
      for (const { field, fits, beyond, in: wrap = (value: unknown) => ({ [field]: value }) } of limits) {
        const ask = (value: unknown) => {
          const fields = wrap(value)
          if (method === 'GET' || method === 'DELETE') {
            return rig.call(method, path, { ...options, query: { ...options.query, ...(fields as Query) } })
          }
          return rig.call(method, path, { ...options, json: { ...(options.json as object), ...fields } })
        }
        const told = (value: unknown) => `${method} ${path} ${field} ${JSON.stringify(value)}`.slice(0, 200)
        for (const value of fits) assert.equal(isRefused(await ask(value), field), false, told(value))
        for (const value of beyond) {
          const answer = await ask(value)
          assert.ok(isRefused(answer, field), `${told(value)}: ${answer.bytes}`)
        }
      }
    }
    shows(
      'huawei-vod',
      'create, upload_by_url, updateAssetMeta: title',
      'create, upload_by_url, updateAssetMeta: description',
      'create, upload_by_url, updateAssetMeta: tags',
      'create, upload_by_url, updateAssetMeta: category_id',
      'create: video_name',
      'create, updateAsset: subtitles',
      'create, upload_by_url: auto_publish, auto_encrypt, auto_preheat',
      'create, upload_by_url: template_group_name, workflow_name, review.template_id',
      'create, upload_by_url: thumbnail.time, quantity, format, aspect_ratio',
      'create, upload_by_url: thumbnail.dots, quantity_time, cover_position, max_length',
      'updateAsset: cover_id',
      'category: name, parent_id, id',
      'list, info: asset_id, tags, size, page, category_id',
      'list, info: query_string',
      'list, info: start_time, end_time',
      'list: media_type',
      'delete: asset_id; categories v2: id; tasks: limit; duplication: size',
    )
  })
})
