import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { auditOf } from '../../support/audit.ts'
import { type ObsClient, type ObsResult, openObsClient } from '../../support/esdk-obs.ts'
import { largeVideo, mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { sendWire } from '../../support/volcengine.ts'
import { ACCOUNT, type Body, type CallOptions, PROJECTS, type Query, type Rig, startRig } from './rig.ts'

const MIB = 1024 ** 2
const VIDEO = mediaFixture('video.mp4')

const slices = (bytes: Buffer, size: number): readonly Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  )
const textAt = (xml: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? assert.fail(`no ${name} in ${xml}`)
const partsXml = (parts: readonly (readonly [string, string])[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?><CompleteMultipartUpload>${parts
    .map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`)
    .join('')}</CompleteMultipartUpload>`

/** What clients of the vendor and of others send, step by step (reference §1.0 to §1.4, §5.2). */
describe('huawei-vod: what known clients do', () => {
  let rig: Rig
  let as: NonNullable<CallOptions['as']>
  before(async () => {
    rig = await startRig()
    as = { token: await rig.token() }
  })
  after(() => rig.stop())

  const create = (fields = {}) => rig.create(fields, { as })
  const authority = async ({ target }: Body, query: Query, version = 'v1.1') => {
    const named = { bucket: target.bucket, object_key: target.object, ...query }
    return (await rig.expect(200, 'GET', 'asset/authority', { version, query: named, as })).sign_str
  }
  async function send(method: string, url: string, bytes: Uint8Array | string, headers = {}) {
    const answer = await sendWire(url, { method, body: bytes, headers })
    assert.equal(answer.status, method === 'DELETE' ? 204 : 200, answer.bytes.toString())
    return { text: answer.bytes.toString(), etag: String(answer.headers.etag) }
  }
  async function confirmed({ asset_id }: Body, bytes: Buffer): Promise<void> {
    const answer = await rig.confirm(asset_id, 'CREATED', { as })
    assert.deepEqual([answer.status, answer.body], [200, { asset_id }])
    const { base_info } = await rig.expect(200, 'GET', 'asset/details', { query: { asset_id }, as })
    const read = await sendWire(String(base_info.sign_url), { method: 'GET' })
    assert.ok(read.bytes.equals(bytes))
  }

  test('the sample of small files puts each file by its URL alone, and confirms', async () => {
    const made = await create({
      video_md5: createHash('md5').update(VIDEO).digest('base64'),
      ...{ cover_type: 'JPG', auto_publish: 1, category_id: '-1' },
      subtitles: [{ id: 1, type: 'SRT', language: 'CN' }],
    })
    const md5 = createHash('md5').update(VIDEO).digest('base64')
    await send('PUT', made.video_upload_url, VIDEO, { 'content-type': 'video/mp4', 'content-md5': md5 })
    await send('PUT', String(made.cover_upload_url), 'jpg', { 'content-type': 'image/jpg' })
    for (const url of made.subtitle_upload_urls) {
      await send('PUT', url, '1\n', { 'content-type': 'application/octet-stream' })
    }
    await confirmed(made, VIDEO)
    assert.equal((await rig.info(made.asset_id, { as })).status, 'PUBLISHED')
    shows('huawei-vod', 'sample of small files (vod_04_0195)')
  })

  /** Sample 2: the type of the video in every authority, bytes as octet-stream, the list of parts as the server has it. */
  async function segmented(bytes: Buffer, partSize: number): Promise<void> {
    const made = await create()
    const content_type = 'video/mp4'
    const initiate = await authority(made, { http_verb: 'POST', content_type })
    const begun = await send('POST', initiate, '', { 'content-type': content_type })
    const upload_id = textAt(begun.text, 'UploadId')
    for (const [at, piece] of slices(bytes, partSize).entries()) {
      const content_md5 = createHash('md5').update(piece).digest('base64')
      const step = { http_verb: 'PUT', content_type, content_md5, upload_id, part_number: at + 1 }
      const headers = { 'content-type': 'application/octet-stream', 'content-md5': content_md5 }
      await send('PUT', await authority(made, step), piece, headers)
    }
    const listed = await send('GET', await authority(made, { http_verb: 'GET', upload_id }), '')
    const parts = listed.text.split('<Part>').slice(1)
    const body = partsXml(parts.map((part) => [textAt(part, 'PartNumber'), textAt(part, 'ETag')]))
    const complete = await authority(made, { http_verb: 'POST', content_type, upload_id })
    const done = await send('POST', complete, body, { 'content-type': 'application/xml' })
    assert.match(textAt(done.text, 'ETag'), new RegExp(`-${slices(bytes, partSize).length}(&quot;|")$`))
    await confirmed(made, bytes)
  }

  test('the sample of large files sends parts of 1 MiB and completes with the list it is given', async () => {
    await segmented(largeVideo(3.5 * MIB), MIB)
    shows('huawei-vod', 'sample of large files (vod_04_0216)')
  })

  test('parts of 20 MiB, the most that the vendor’s pages advise, are sent likewise', async () => {
    await segmented(largeVideo(41 * MIB), 20 * MIB)
    shows('huawei-vod', 'parts of 20 MiB')
  })

  test('the legacy PHP SDK takes the signed URL apart at & and =, parts of 5 MiB', async () => {
    const bytes = largeVideo(11 * MIB)
    const made = await create()
    const resource = `${rig.url}/${made.target.bucket}/${made.target.object}`
    /** Drops the first parameter of an initiate, which is to be `uploads`; each other one has a name and a value. */
    const taken = (sign: string, isInitiate: boolean) => {
      const parameters = (sign.split('?')[1] ?? '').split('&')
      if (isInitiate) assert.equal(parameters.shift(), 'uploads')
      const pairs = parameters.map((parameter) => {
        const pieces = parameter.split('=')
        assert.equal(pieces.length, 2, parameter)
        return [pieces[0] ?? '', decodeURIComponent(pieces[1] ?? '')]
      })
      return `${resource}?${isInitiate ? 'uploads&' : ''}${new URLSearchParams(pairs)}`
    }
    const initiate = taken(await authority(made, { http_verb: 'POST', content_type: 'video/mp4' }), true)
    const begun = await send('POST', initiate, '', { 'content-type': 'video/mp4' })
    const upload_id = textAt(begun.text, 'UploadId')
    const done: [string, string][] = []
    for (const [at, piece] of slices(bytes, 5 * MIB).entries()) {
      const step = await authority(made, { http_verb: 'PUT', upload_id, part_number: at + 1 })
      const headers = { 'content-type': 'application/octet-stream' }
      done.push([String(at + 1), (await send('PUT', taken(step, false), piece, headers)).etag])
    }
    const complete = taken(await authority(made, { http_verb: 'POST', upload_id }), false)
    await send('POST', complete, partsXml(done), { 'content-type': 'application/xml' })
    await confirmed(made, bytes)
    shows('huawei-vod', 'legacy PHP SDK')
  })

  test('the sample for browsers makes its URLs itself, with the signature of v1.0, across origins', async () => {
    const bytes = largeVideo(2 * MIB)
    const made = await create()
    const resource = `${rig.url}/${made.target.bucket}/${made.target.object}`
    const origin = 'http://page.example'
    const across = async (method: string, url: string, body: Uint8Array | string, type: string) => {
      const preflight = await sendWire(url, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': method,
          'access-control-request-headers': 'content-type',
        },
      })
      assert.ok(preflight.status < 300)
      assert.equal(preflight.headers['access-control-allow-origin'], '*')
      const headers: Record<string, string> = type === '' ? { origin } : { origin, 'content-type': type }
      const answer = await sendWire(url, { method, headers, body })
      assert.equal(answer.status, 200, answer.bytes.toString())
      assert.match(String(answer.headers['access-control-expose-headers']), /etag/i)
      return { text: answer.bytes.toString(), etag: String(answer.headers.etag) }
    }
    const sign = (query: Query) => authority(made, query, 'v1.0')
    const initiate = await sign({ http_verb: 'POST', content_type: 'video/mp4' })
    assert.match(initiate, /^AWSAccessKeyId=[^&]+&Expires=\d+&Signature=[^&]+$/)
    const begun = await across('POST', `${resource}?uploads&${initiate}`, '', 'video/mp4')
    const upload_id = textAt(begun.text, 'UploadId')
    const done: [string, string][] = []
    for (const [at, piece] of slices(bytes, MIB).entries()) {
      const part = {
        http_verb: 'PUT',
        upload_id,
        part_number: at + 1,
        content_type: 'application/octet-stream',
      }
      const url = `${resource}?partNumber=${at + 1}&uploadId=${upload_id}&${await sign(part)}`
      done.push([String(at + 1), (await across('PUT', url, piece, 'application/octet-stream')).etag])
    }
    const complete = await sign({ http_verb: 'POST', upload_id, content_type: 'application/xml' })
    const url = `${resource}?uploadId=${upload_id}&${complete}`
    await across('POST', url, partsXml(done), 'application/xml')
    await confirmed(made, bytes)
    shows('huawei-vod', 'sample for browsers (vod_04_0004)')
  })

  test('a TypeScript client puts with the type that the form said, and confirms by status 200', async () => {
    const upload = { mimetype: 'video/quicktime', buffer: mediaFixture('video.mov') }
    const made = await create({ video_name: 'clip.mov', video_type: 'MOV' })
    const put = await fetch(made.video_upload_url, {
      method: 'PUT',
      headers: { 'Content-Type': upload.mimetype },
      body: new Uint8Array(upload.buffer),
    })
    assert.equal(put.status, 200)
    await confirmed(made, upload.buffer)
    shows('huawei-vod', 'a TypeScript client')
  })

  test('a client that fails half-way aborts its parts and says so', async () => {
    const made = await create()
    const initiate = await authority(made, { http_verb: 'POST', content_type: 'video/mp4' })
    const begun = await send('POST', initiate, '', { 'content-type': 'video/mp4' })
    const upload_id = textAt(begun.text, 'UploadId')
    const part = await authority(made, { http_verb: 'PUT', upload_id, part_number: 1 })
    await send('PUT', part, Buffer.alloc(MIB), { 'content-type': 'application/octet-stream' })
    await send('DELETE', await authority(made, { http_verb: 'DELETE', upload_id }), '')
    const answer = await rig.confirm(made.asset_id, 'CANCELLED', { as })
    assert.deepEqual([answer.status, answer.body], [200, { asset_id: made.asset_id }])
    assert.equal((await rig.info(made.asset_id, { as })).status, 'CANCELLED')
    await rig.server.jobs.runAll()
    assert.deepEqual((await auditOf(rig.server.engine)).unreferenced, [])
    shows('huawei-vod', 'clients that give up')
  })

  describe('esdk-obs-nodejs, by the account’s own keys', () => {
    let obs: ObsClient
    before(async () => {
      const { access_key: access_key_id, secret_key: secret_access_key } = ACCOUNT
      obs = await openObsClient({ access_key_id, secret_access_key, server: rig.url })
    })
    after(() => obs.close())

    const stream = (bytes: Uint8Array) => ({ Body: Readable.from([bytes]), ContentLength: bytes.byteLength })
    const where = ({ target }: Body) => ({ Bucket: target.bucket, Key: target.object })
    async function done(result: Promise<ObsResult>, status = 200) {
      const { CommonMsg, InterfaceResult } = await result
      assert.equal(CommonMsg.Status, status, `${CommonMsg.Code}: ${CommonMsg.Message}`)
      return InterfaceResult ?? {}
    }

    test('esdk-obs-nodejs puts the video of an asset, and reads it once it is confirmed', async () => {
      const made = await create()
      await done(obs.putObject({ ...where(made), ...stream(VIDEO), ContentType: 'video/mp4' }))
      const early = await obs.getObject(where(made))
      assert.equal(early.CommonMsg.Status, 404)
      await confirmed(made, VIDEO)
      const meta = await done(obs.getObjectMetadata(where(made)))
      assert.equal(Number(meta.ContentLength), VIDEO.length)
      const late = await obs.putObject({ ...where(made), ...stream(VIDEO) })
      assert.equal(late.CommonMsg.Status, 403)
      shows('huawei-vod', 'esdk-obs-nodejs')
    })

    test('esdk-obs-nodejs sends the parts of a video, lists and completes them', async () => {
      const bytes = largeVideo(2.5 * MIB)
      const made = await create()
      const { UploadId } = await done(
        obs.initiateMultipartUpload({ ...where(made), ContentType: 'video/mp4' }),
      )
      const at = { ...where(made), UploadId }
      for (const [index, piece] of slices(bytes, MIB).entries()) {
        await done(obs.uploadPart({ ...at, PartNumber: index + 1, ...stream(piece), PartSize: piece.length }))
      }
      const { Parts } = await done(obs.listParts(at))
      assert.equal((Parts as readonly unknown[]).length, 3)
      await done(obs.completeMultipartUpload({ ...at, Parts }))
      await confirmed(made, bytes)
      shows('huawei-vod', 'esdk-obs-nodejs')
    })

    test('esdk-obs-nodejs aborts, and nothing is there to confirm', async () => {
      const made = await create()
      const { UploadId } = await done(obs.initiateMultipartUpload(where(made)))
      const at = { ...where(made), UploadId }
      await done(obs.uploadPart({ ...at, PartNumber: 1, ...stream(VIDEO), PartSize: VIDEO.length }))
      await done(obs.abortMultipartUpload(at), 204)
      const answer = await rig.confirm(made.asset_id, 'CREATED', { as })
      assert.equal(answer.body?.error_code, 'VOD.10126')
      const gone = await obs.listParts(at)
      assert.deepEqual([gone.CommonMsg.Status, gone.CommonMsg.Code], [404, 'NoSuchUpload'])
    })

    test('esdk-obs-nodejs reaches nothing that no asset has', async () => {
      const made = await create()
      const Key = `${PROJECTS.main.id}/${made.asset_id}/other.mp4`
      const refused = await obs.putObject({ Bucket: made.target.bucket, Key, ...stream(VIDEO) })
      assert.deepEqual([refused.CommonMsg.Status, refused.CommonMsg.Code], [403, 'AccessDenied'])
    })
  })
})
