import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { createAccounts } from '../../../src/core/accounts.ts'
import { isCoreError } from '../../../src/core/errors.ts'
import { type ObjectId, parseUploadId, type UploadId } from '../../../src/core/ids.ts'
import type { JsonObject } from '../../../src/core/model/json.ts'
import type { StoredObject } from '../../../src/core/model/objects.ts'
import type { Upload } from '../../../src/core/model/uploads.ts'
import { createUserKeys } from '../../../src/dialects/huawei-vod/auth/user-keys.ts'
import { assetsBucket } from '../../../src/dialects/huawei-vod/model/asset.ts'
import { createNamespace } from '../../../src/dialects/huawei-vod/storage/namespace.ts'
import { createObsFlavour, type ObsOperation, presign } from '../../../src/object-plane/obs/index.ts'
import { systemRandom } from '../../../src/system.ts'
import { type Answer, OWNER, type Plane, STRANGER, startPlane } from '../../object-plane/rig.ts'
import { accountOf } from '../../support/accounts.ts'
import { shows } from '../../support/shows.ts'

const PROJECT = { id: '0123456789abcdef0123456789abcdef', name: 'cn-north-4' }
const SECOND = { id: '1'.repeat(32), name: 'cn-east-2' }
const FOREIGN = { id: '2'.repeat(32), name: 'cn-north-4' }
const ACCOUNTS = createAccounts([
  accountOf(OWNER.id, { keys: [OWNER.keys], credentials: { project: [PROJECT, SECOND] } }),
  accountOf(STRANGER.id, { keys: [STRANGER.keys], credentials: { project: [FOREIGN] } }),
])
const OPTIONS = {
  ...{
    urlTtlS: 3600,
    uploadTtlS: 24 * 3600,
    unusedTtlS: 0,
    autoPublish: false,
    fetchHosts: [],
    fetchSizeMax: 1,
  },
  ...{ eventUrl: '', eventFormat: 'plain' as const, eventSecret: '' },
}
/** Large enough to be stored as segments. */
const PIECE = 110_000
const BODY = randomBytes(PIECE)

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')
const same = (actual: Uint8Array, expected: Uint8Array): void => assert.equal(md5(actual), md5(expected))

function codeOf({ status, body }: Answer): string {
  return `${status} ${/<Code>(\w+)<\/Code>/.exec(body.toString())?.[1] ?? ''}`.trim()
}

interface Made {
  readonly id: ObjectId
  readonly key: string
  /** Of the video. */
  readonly url: string
}

interface Rig extends Plane {
  /** An asset that awaits its video, with a cover and a subtitle announced. */
  create(project?: typeof PROJECT): Promise<Made>
  object(made: Made): Promise<StoredObject>
  received(made: Made): Promise<{ readonly upload: UploadId; readonly etag: string } | null>
  upload(id: UploadId): Promise<Upload>
  /** As a confirm does. */
  confirm(made: Made): Promise<void>
  /** As a confirm of CANCELLED does, as far as it is one step. */
  cancel(made: Made): Promise<void>
  /** One request to an object key, signed for that. */
  ask(key: string, operation: ObsOperation, options?: Asking): Promise<Answer>
  put(made: Made, body: Uint8Array): Promise<Answer>
  initiate(made: Made): Promise<string>
  part(made: Made, uploadId: string, partNumber: number, body: Uint8Array): Promise<Answer>
  complete(made: Made, uploadId: string, ...pieces: readonly Uint8Array[]): Promise<Answer>
}

interface Asking {
  readonly body?: Uint8Array
  readonly bucket?: string
  readonly keys?: typeof OWNER.keys
}

const METHODS = {
  ...{ get: 'GET', head: 'HEAD', put: 'PUT', initiate: 'POST', part: 'PUT' },
  ...{ 'list-parts': 'GET', complete: 'POST', abort: 'DELETE' },
} as const

async function startRig(): Promise<Rig> {
  const plane = await startPlane({
    flavour: (clock) =>
      createObsFlavour({
        ...{ clock, random: systemRandom, publicUrl: 'http://media.example.com' },
        ...{ regionOf: () => 'cn-north-4', namedTypes: [] },
      }),
    namespace: (core) =>
      createNamespace({
        ...{ core, accounts: ACCOUNTS, options: OPTIONS, publicUrl: 'http://media.example.com' },
        ...{ users: createUserKeys(new Uint8Array(32), ACCOUNTS), pictures: null },
      }),
  })
  const { core } = plane
  const account = OWNER.id
  const object: Rig['object'] = ({ id }) => core.objects.get({ account, id })
  const received: Rig['received'] = async (made) =>
    (await object(made)).attributes.received as unknown as Awaited<ReturnType<Rig['received']>>
  const ask: Rig['ask'] = (
    key,
    operation,
    { body, bucket = 'vod-bucket-1-cn-north-4', keys = OWNER.keys } = {},
  ) => {
    const expires = Math.floor(plane.clock.now() / 1000) + 60
    const url = presign({ baseUrl: plane.url, bucket, key, keys, operation, expires })
    return plane.send(METHODS[operation.type], url, body === undefined ? {} : { body })
  }
  return {
    ...plane,
    ...{ object, received, ask },
    create: async (project = PROJECT) => {
      const assetId = randomBytes(16).toString('hex')
      const video = `${randomBytes(16).toString('hex')}.mp4`
      const subtitles = [{ id: 1, language: 'CN', name: null, description: null, md5: null }]
      const attributes: JsonObject = {
        ...{ video, received: null, multipart: [], subtitles, processing: {} },
        cover: { type: 'PNG', md5: null },
      }
      const { id } = await core.objects.put({
        ...{ account, bucket: assetsBucket(project), key: assetId, staged: null, conflict: 'fail' },
        traits: {
          ...{ name: 'title', kind: 'MP4', status: 'CREATING', contentType: 'video/mp4', media: null },
          attributes,
        },
      })
      const key = `${project.id}/${assetId}/${video}`
      return { id, key, url: key }
    },
    upload: async (id) => (await core.uploads.find({ account, id })) ?? assert.fail('no such upload'),
    confirm: async (made) => {
      const { version } = await object(made)
      const { upload } = (await received(made)) ?? assert.fail('no bytes came')
      await core.catalog.fill(
        { account, id: upload },
        { object: { id: made.id }, ifVersion: version, change: { status: 'CREATED' } },
      )
    },
    cancel: async (made) => {
      for (;;) {
        const { version, attributes } = await object(made)
        const waiting = (attributes.received as { upload: UploadId } | null)?.upload
        try {
          const change = { status: 'CANCELLED', attributes: { ...attributes, received: null, multipart: [] } }
          await core.objects.update({ account, id: made.id }, change, {
            ifVersion: version,
            ...(waiting === undefined ? {} : { ends: { id: waiting } }),
          })
          return
        } catch (error) {
          if (!isCoreError(error, 'object-changed')) throw error
        }
      }
    },
    put: ({ key }, body) => ask(key, { type: 'put' }, { body }),
    initiate: async ({ key }) => {
      const answer = await ask(key, { type: 'initiate' })
      return /<UploadId>([0-9A-F]{32})<\/UploadId>/.exec(answer.body.toString())?.[1] ?? codeOf(answer)
    },
    part: ({ key }, uploadId, partNumber, body) => ask(key, { type: 'part', uploadId, partNumber }, { body }),
    complete: ({ key }, uploadId, ...pieces) => {
      const parts = pieces.map(
        (piece, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${md5(piece)}</ETag></Part>`,
      )
      const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
      return ask(key, { type: 'complete', uploadId }, { body })
    },
  }
}

const idOf = (uploadId: string): UploadId => parseUploadId(uploadId.toLowerCase()) ?? assert.fail(uploadId)
const etagIn = ({ body }: Answer): string | undefined => /<ETag>"(.*)"<\/ETag>/.exec(body.toString())?.[1]

describe('the videos of assets, at their OBS URLs', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.close())

  test('wait for the confirm, the last PUT in place of those before', async () => {
    const made = await rig.create()
    const first = await rig.put(made, randomBytes(PIECE))
    assert.equal(first.status, 200, first.body.toString())
    const before = (await rig.received(made)) ?? assert.fail('no bytes came')
    assert.equal((await rig.upload(before.upload)).state, 'sealed')
    await rig.put(made, BODY)
    const now = (await rig.received(made)) ?? assert.fail('no bytes came')
    assert.equal(now.etag, md5(BODY))
    assert.equal((await rig.upload(now.upload)).state, 'sealed')
    assert.equal((await rig.upload(before.upload)).state, 'aborted')
  })

  test('cannot be read before the confirm, and not be written after it', async () => {
    const made = await rig.create()
    await rig.put(made, BODY)
    for (const type of ['get', 'head'] as const) assert.equal((await rig.ask(made.key, { type })).status, 404)
    await rig.confirm(made)
    const got = await rig.ask(made.key, { type: 'get' })
    same(got.body, BODY)
    assert.deepEqual([got.headers['content-type'], got.headers.etag], ['video/mp4', `"${md5(BODY)}"`])
    assert.equal(codeOf(await rig.put(made, Buffer.from('other'))), '403 AccessDenied')
    assert.equal(await rig.initiate(made), '403 AccessDenied')
    same((await rig.ask(made.key, { type: 'get' })).body, BODY)
  })

  test('come in parts; only the listed ones count', async () => {
    const made = await rig.create()
    const uploadId = await rig.initiate(made)
    const pieces = [BODY, randomBytes(10)]
    for (const [index, piece] of [...pieces, randomBytes(PIECE)].entries())
      assert.equal((await rig.part(made, uploadId, index + 1, piece)).status, 200)
    const listed = await rig.ask(made.key, { type: 'list-parts', uploadId })
    assert.equal(listed.body.toString().match(/<Part>/g)?.length, 3)
    assert.equal(await rig.received(made), null)
    const done = await rig.complete(made, uploadId, ...pieces)
    assert.match(etagIn(done) ?? '', /^[0-9a-f]{32}-2$/)
    assert.deepEqual(await rig.received(made), { upload: idOf(uploadId), etag: etagIn(done) })
    assert.equal(codeOf(await rig.part(made, uploadId, 1, BODY)), '404 NoSuchUpload')
    assert.equal(codeOf(await rig.ask(made.key, { type: 'list-parts', uploadId })), '404 NoSuchUpload')
    assert.equal(codeOf(await rig.ask(made.key, { type: 'abort', uploadId })), '404 NoSuchUpload')
    assert.equal((await rig.ask(made.key, { type: 'get' })).status, 404)
    await rig.confirm(made)
    const got = await rig.ask(made.key, { type: 'get' })
    same(got.body, Buffer.concat(pieces))
    assert.equal(got.headers.etag, `"${etagIn(done)}"`)
  })

  test('keep the etag of parts also where there is one', async () => {
    const made = await rig.create()
    const uploadId = await rig.initiate(made)
    await rig.part(made, uploadId, 1, BODY)
    const etag = etagIn(await rig.complete(made, uploadId, BODY))
    const digest = createHash('md5').update(BODY).digest()
    assert.equal(etag, `${md5(digest)}-1`)
    await rig.confirm(made)
    const head = await rig.ask(made.key, { type: 'head' })
    assert.equal(head.headers.etag, `"${etag}"`)
    shows('huawei-vod', 'OBS ETag of parts')
  })

  test('are complete once, however often that is asked for', async () => {
    const made = await rig.create()
    const uploadId = await rig.initiate(made)
    await rig.part(made, uploadId, 1, BODY)
    const answers = await Promise.all([1, 2, 3].map(() => rig.complete(made, uploadId, BODY)))
    assert.equal(new Set(answers.map(etagIn)).size, 1)
    assert.match(etagIn(answers[0] ?? assert.fail()) ?? '', /^[0-9a-f]{32}-1$/)
    await rig.confirm(made)
    assert.equal(etagIn(await rig.complete(made, uploadId, BODY)), etagIn(answers[0] ?? assert.fail()))
    shows('huawei-vod', 'OBS complete again')
    assert.equal(codeOf(await rig.complete(made, uploadId, randomBytes(1))), '400 InvalidPart')
    assert.equal(codeOf(await rig.complete(await rig.create(), uploadId, BODY)), '404 NoSuchUpload')
  })

  test('take the upload that is complete last', async () => {
    const made = await rig.create()
    const [one, two] = [await rig.initiate(made), await rig.initiate(made)]
    await rig.part(made, two, 1, BODY)
    await rig.part(made, one, 1, randomBytes(PIECE))
    await rig.put(made, randomBytes(PIECE))
    assert.equal((await rig.complete(made, two, BODY)).status, 200)
    assert.equal((await rig.received(made))?.upload, idOf(two))
    await rig.put(made, BODY)
    assert.equal((await rig.upload(idOf(two))).state, 'aborted')
    assert.equal(codeOf(await rig.complete(made, two, BODY)), '404 NoSuchUpload')
    assert.equal((await rig.ask(made.key, { type: 'abort', uploadId: one })).status, 204)
    assert.equal((await rig.upload(idOf(one))).state, 'aborted')
    assert.equal((await rig.received(made))?.etag, md5(BODY))
    shows('huawei-vod', 'OBS: several uploads of one video')
  })

  test('are awaited no more once the asset is cancelled, and nothing stays behind', async () => {
    const made = await rig.create()
    const [open, ready] = [await rig.initiate(made), await rig.initiate(made)]
    await rig.part(made, open, 1, BODY)
    await rig.part(made, ready, 1, BODY)
    await rig.complete(made, ready, BODY)
    await rig.cancel(made)
    assert.equal((await rig.upload(idOf(ready))).state, 'aborted')
    assert.equal(codeOf(await rig.put(made, BODY)), '403 AccessDenied')
    assert.equal(await rig.initiate(made), '403 AccessDenied')
    assert.equal(codeOf(await rig.part(made, open, 2, BODY)), '404 NoSuchUpload')
    assert.equal(codeOf(await rig.complete(made, open, BODY)), '404 NoSuchUpload')
    assert.equal((await rig.upload(idOf(open))).state, 'aborted')
  })

  test('end the oldest of too many uploads of parts', async () => {
    const made = await rig.create()
    const first = await rig.initiate(made)
    for (let count = 0; count < 100; count++) await rig.initiate(made)
    assert.equal((await rig.upload(idOf(first))).state, 'aborted')
    assert.equal(((await rig.object(made)).attributes.multipart as readonly string[]).length, 100)
    shows('huawei-vod', 'OBS: open uploads of parts of one asset')
  })

  test('cannot be waited for longer than uploads live', async () => {
    const made = await rig.create()
    const uploadId = await rig.initiate(made)
    await rig.part(made, uploadId, 1, BODY)
    await rig.put(made, BODY)
    rig.clock.advance(OPTIONS.uploadTtlS * 1000)
    assert.equal(codeOf(await rig.part(made, uploadId, 1, BODY)), '404 NoSuchUpload')
    assert.equal(codeOf(await rig.complete(made, uploadId, BODY)), '404 NoSuchUpload')
    assert.equal((await rig.put(made, BODY)).status, 200)
    assert.equal((await rig.ask(made.key, { type: 'abort', uploadId })).status, 204)
  })

  test('are nobody else’s: uploads are of their key, keys of their project, projects of their account', async () => {
    const [made, other, second] = [await rig.create(), await rig.create(), await rig.create(SECOND)]
    const uploadId = await rig.initiate(made)
    assert.equal(codeOf(await rig.part(other, uploadId, 1, BODY)), '404 NoSuchUpload')
    const east = { bucket: 'vod-bucket-1-cn-east-2', body: BODY }
    assert.equal(codeOf(await rig.ask(second.key, { type: 'put' }, { body: BODY })), '403 AccessDenied')
    assert.equal((await rig.ask(second.key, { type: 'put' }, east)).status, 200)
    assert.equal(codeOf(await rig.ask(made.key, { type: 'put' }, east)), '403 AccessDenied')
    const stranger = { body: BODY, keys: STRANGER.keys }
    assert.equal(codeOf(await rig.ask(made.key, { type: 'put' }, stranger)), '403 AccessDenied')
    assert.equal(
      codeOf(await rig.ask(made.key, { type: 'get' }, { keys: STRANGER.keys })),
      '403 AccessDenied',
    )
    for (const key of [
      made.key.replace(/\.mp4$/, '.mov'),
      made.key.replace(/\/[^/]*$/, `/${'0'.repeat(32)}.mp4`),
      made.key.replace(/[^/]*\/[^/]*$/, `${'f'.repeat(32)}/x.mp4`),
      ...[`${PROJECT.id}/x`, `${PROJECT.id}/`, 'nothing', `${FOREIGN.id}/a/b.mp4`],
    ]) {
      assert.equal(codeOf(await rig.ask(key, { type: 'put' }, { body: BODY })), '403 AccessDenied', key)
    }
    shows('huawei-vod', 'OBS keys')
  })
})

describe('covers and subtitles, at their OBS URLs', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.close())

  const beside = ({ key }: Made, name: string) => key.replace(/[^/]*$/, name)

  test('are replaced at any time, and read once the asset is confirmed', async () => {
    const made = await rig.create()
    for (const name of ['cover/Cover0.png', 'subtitle/1.srt']) {
      const key = beside(made, name)
      for (const body of [BODY, Buffer.from(name)]) {
        const put = await rig.ask(key, { type: 'put' }, { body })
        assert.deepEqual([put.status, put.headers.etag], [200, `"${md5(body)}"`])
      }
      assert.equal(codeOf(await rig.ask(key, { type: 'get' })), '404 NoSuchKey')
    }
    await rig.put(made, BODY)
    await rig.confirm(made)
    for (const name of ['cover/Cover0.png', 'subtitle/1.srt']) {
      const key = beside(made, name)
      assert.equal((await rig.ask(key, { type: 'get' })).body.toString(), name)
      assert.equal((await rig.ask(key, { type: 'put' }, { body: BODY })).status, 200)
      same((await rig.ask(key, { type: 'get' })).body, BODY)
    }
  })

  test('have to be announced, and are never parts', async () => {
    const made = await rig.create()
    for (const name of [
      'cover/Cover0.jpg',
      'cover/Cover1.png',
      'subtitle/2.srt',
      'subtitle/1.txt',
      'cover/',
    ]) {
      const answer = await rig.ask(beside(made, name), { type: 'put' }, { body: BODY })
      assert.equal(codeOf(answer), '403 AccessDenied', name)
    }
    const begun = await rig.ask(beside(made, 'cover/Cover0.png'), { type: 'initiate' })
    assert.equal(codeOf(begun), '403 AccessDenied')
  })

  test('are refused when the asset is deleted', async () => {
    const made = await rig.create()
    await rig.core.objects.update({ account: OWNER.id, id: made.id }, { status: 'DELETED' })
    const answer = await rig.ask(beside(made, 'cover/Cover0.png'), { type: 'put' }, { body: BODY })
    assert.equal(codeOf(answer), '403 AccessDenied')
  })
})

describe('races for the video of an asset', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.close())
  const ROUNDS = 60
  const live: Upload['id'][] = []

  test('of a complete and an abort end as one after the other', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const made = await rig.create()
      const uploadId = await rig.initiate(made)
      await rig.part(made, uploadId, 1, BODY)
      const [complete, abort] = await Promise.all([
        rig.complete(made, uploadId, BODY),
        rig.ask(made.key, { type: 'abort', uploadId }),
      ])
      const state = (await rig.upload(idOf(uploadId))).state
      const waits = (await rig.received(made))?.upload === idOf(uploadId)
      const end = `${complete.status} ${abort.status} ${state} ${waits}`
      assert.ok(['200 404 sealed true', '404 204 aborted false'].includes(end), end)
      if (waits) live.push(idOf(uploadId))
    }
  })

  test('of a complete, a PUT and a cancel leave what waits, or nothing', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const made = await rig.create()
      const uploadId = await rig.initiate(made)
      await rig.part(made, uploadId, 1, BODY)
      const isCancelled = round % 2 === 0
      const [complete, put] = await Promise.all([
        rig.complete(made, uploadId, BODY),
        rig.put(made, BODY),
        isCancelled ? rig.cancel(made) : Promise.resolve(),
      ])
      const waiting = await rig.received(made)
      const { state } = await rig.upload(idOf(uploadId))
      if (isCancelled) {
        assert.equal(waiting, null)
        assert.ok([200, 404].includes(complete.status) && [200, 403].includes(put.status))
        assert.equal(state, 'aborted')
      } else {
        assert.deepEqual([complete.status, put.status], [200, 200])
        assert.ok(waiting !== null)
        assert.equal(state, waiting.upload === idOf(uploadId) ? 'sealed' : 'aborted')
        live.push(waiting.upload)
      }
    }
  })

  test('of many PUTs leave one video', async () => {
    const made = await rig.create()
    const bodies = Array.from({ length: 20 }, () => randomBytes(PIECE))
    const answers = await Promise.all(bodies.map((body) => rig.put(made, body)))
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
    const waiting = (await rig.received(made)) ?? assert.fail('no bytes came')
    assert.ok(bodies.some((body) => md5(body) === waiting.etag))
    live.push(waiting.upload)
  })

  test('keep no bytes of those that lost', async () => {
    assert.equal((await rig.kept()).live.length, live.length)
  })
})
