import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Service } from '@volcengine/openapi'
import { BUCKET } from '../../../src/dialects/volcengine-vms/model/resource.ts'
import { presign } from '../../../src/object-plane/tos/index.ts'
import { auditOf } from '../../support/audit.ts'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { describeS3, inPrefix, newBucket } from '../../support/s3.ts'
import { sendWire, wav } from '../../support/volcengine.ts'
import { ACCOUNT, assertError, type Rig, startRig } from './rig.ts'

/** Where each rig's bytes are. */
const blobsUrls = new WeakMap<Rig, string>()
const DAY_MS = 24 * 3600_000
/** No bytes lie in the store, wanted or not. */
const NOTHING = { live: 0, missing: [], unreferenced: [] }

describeS3('direct uploads', () => {
  let rig: Rig
  before(async () => {
    rig = await startDirect()
  })
  after(() => rig.stop())

  test('@volcengine/openapi: the PUT goes past the server; commit, query and delete as ever', async () => {
    const own = await startDirect()
    const vms = new Service({
      ...{ serviceName: 'vms', defaultVersion: '2022-01-01', region: 'cn-north-1', protocol: 'http:' },
      ...{ host: new URL(own.url).host, accessKeyId: ACCOUNT.access_key, secretKey: ACCOUNT.secret_key },
    })
    const call = async (action: string, body: object) =>
      (await vms.createJSONAPI(action)(body)).Result as Readonly<Record<string, unknown>>
    const FileName = "a b*('!)~+中.mp3"
    const bytes = mediaFixture('cbr-tagged.mp3')

    const UploadUrl = String((await call('GetResourceUploadUrl', { FileName })).UploadUrl)
    assert.equal(new URL(UploadUrl).host, storeHost(own))
    assert.equal(new URL(UploadUrl).searchParams.get('X-Amz-Expires'), '600')
    const put = await fetch(UploadUrl, { method: 'PUT', body: bytes })
    assert.equal(put.status, 200, await put.text())
    const { ResourceKey, ...committed } = await call('CommitResourceUpload', { FileName })
    assert.deepEqual(committed, { Name: FileName, Suffix: '.mp3' })
    assert.equal((await call('QueryOpenGetResource', { Type: 0, Keyword: ResourceKey })).Total, 1)
    assert.deepEqual(await download(own, FileName), bytes)
    assert.deepEqual(await audit(own), { live: 1, missing: [], unreferenced: [] })

    assert.deepEqual(await call('OpenDeleteResource', { ResourceKey }), { ResourceKey })
    await own.server.jobs.runAll()
    assert.deepEqual(await audit(own), NOTHING)
    await own.stop()
  })

  test('a PUT after the commit does not change the committed bytes, and is swept', async () => {
    const own = await startDirect()
    const url = await own.uploadUrl('fixed.wav')
    await put(url, wav(1, 1))
    const { ResourceKey } = await own.commit('fixed.wav')
    await put(url, wav(1, 2))
    assert.deepEqual(await download(own, 'fixed.wav'), wav(1, 1))
    assert.equal((await own.commit('fixed.wav')).ResourceKey, ResourceKey)
    assert.deepEqual(await download(own, 'fixed.wav'), wav(1, 1))
    assert.equal((await audit(own)).unreferenced.length, 1)
    own.clock.advance(2 * DAY_MS)
    await own.server.jobs.runAll()
    assert.deepEqual(await audit(own), { live: 1, missing: [], unreferenced: [] })
    await own.stop()
  })

  test('what is never committed is swept once the upload has expired, not before', async () => {
    const own = await startDirect()
    await put(await own.uploadUrl('forgotten.wav'), wav(1))
    own.clock.advance(DAY_MS - 60_000)
    await own.server.jobs.runAll()
    assert.equal((await audit(own)).unreferenced.length, 1)
    own.clock.advance(3600_000)
    await own.server.jobs.runAll()
    assert.deepEqual(await audit(own), NOTHING)
    assertError(await own.answer('CommitResourceUpload', { FileName: 'forgotten.wav' }), none)
    await own.stop()
  })

  test('a name without bytes has nothing to commit', async () => {
    await rig.uploadUrl('empty.wav')
    assertError(await rig.answer('CommitResourceUpload', { FileName: 'empty.wav' }), none)
    await put(await rig.uploadUrl('empty.wav'), Buffer.alloc(0))
    assertError(await rig.answer('CommitResourceUpload', { FileName: 'empty.wav' }), none)
  })

  test('nothing is readable before the commit', async () => {
    await put(await rig.uploadUrl('unread.wav'), wav(1))
    assert.equal(await download(rig, 'unread.wav'), null)
    assert.deepEqual(await rig.list({ Type: 0, Keyword: 'unread.wav' }), [])
  })

  test('too many bytes and bytes of no voice file are refused; a corrected PUT can follow', async () => {
    const FileName = 'corrected.wav'
    const url = await rig.uploadUrl(FileName)
    await put(url, wav(400))
    assertError(await rig.answer('CommitResourceUpload', { FileName }), refused('RESOURCE_SIZE_OVER_LIMIT'))
    await put(url, Buffer.from('no sound'))
    assertError(await rig.answer('CommitResourceUpload', { FileName }), refused('FILE_ANALYSE_ERROR'))
    assertError(await rig.answer('CommitResourceUpload', { FileName }), refused('FILE_ANALYSE_ERROR'))
    assert.equal(await download(rig, FileName), null)
    await put(url, wav(1))
    await rig.commit(FileName)
    assert.deepEqual(await download(rig, FileName), wav(1))
  })

  test('two upload URLs of one name lead to the same upload, and the last PUT wins', async () => {
    const [first, second] = [await rig.uploadUrl('both.wav'), await rig.uploadUrl('both.wav')]
    await put(second, wav(1))
    await put(first, wav(2))
    await rig.commit('both.wav')
    assert.deepEqual(await download(rig, 'both.wav'), wav(2))
  })

  test('a PUT through the server works beside it: the last one wins, whichever way it took', async () => {
    await put(await rig.uploadUrl('last-here.wav'), wav(1))
    await put(ownUrl(rig, 'last-here.wav'), wav(2))
    await rig.commit('last-here.wav')
    assert.deepEqual(await download(rig, 'last-here.wav'), wav(2))

    await put(ownUrl(rig, 'last-there.wav'), wav(1))
    await put(await rig.uploadUrl('last-there.wav'), wav(2))
    await rig.commit('last-there.wav')
    assert.deepEqual(await download(rig, 'last-there.wav'), wav(2))
  })

  test('off by default: the URL leads to the server, with the same store', async () => {
    const own = await startDirect({ direct_uploads: 'false' })
    const url = await own.uploadUrl('through.wav')
    assert.equal(new URL(url).host, new URL(own.url).host)
    await put(url, wav(5))
    await own.commit('through.wav')
    assert.deepEqual(await download(own, 'through.wav'), wav(5))
    await own.stop()
  })

  test('commits in parallel make one resource and all get its key', async () => {
    await put(await rig.uploadUrl('parallel.wav'), wav(10))
    const answers = await Promise.all(Array.from({ length: 4 }, () => rig.commit('parallel.wav')))
    assert.equal(new Set(answers.map(({ ResourceKey }) => ResourceKey)).size, 1)
    assert.deepEqual(await download(rig, 'parallel.wav'), wav(10))
  })

  test('the same bytes again repeat the first commit, others are refused', async () => {
    await put(await rig.uploadUrl('again.wav'), wav(1, 1))
    const { ResourceKey } = await rig.commit('again.wav')
    await put(await rig.uploadUrl('again.wav'), wav(1, 1))
    assert.equal((await rig.commit('again.wav')).ResourceKey, ResourceKey)
    await put(await rig.uploadUrl('again.wav'), wav(1, 2))
    assertError(await rig.answer('CommitResourceUpload', { FileName: 'again.wav' }), {
      status: 400,
      code: 'IdempotentParameterMismatch',
    })
    assert.deepEqual(await download(rig, 'again.wav'), wav(1, 1))
  })

  test('a dry run says what a commit would, and changes nothing', async () => {
    const FileName = 'dry.wav'
    await put(await rig.uploadUrl(FileName), wav(1))
    assertError(await rig.answer('CommitResourceUpload', { FileName, DryRun: true }), {
      status: 400,
      code: 'DryRunOperation',
    })
    assert.equal(await download(rig, FileName), null)
    await rig.commit(FileName)
    assert.deepEqual(await download(rig, FileName), wav(1))
  })
})

const none = refused('RESOURCE_IS_NONE')

function refused(reason: string) {
  const message = 'The specified parameter FileName is invalid.'
  return { status: 400, code: 'InvalidParameter', message, reason }
}

/** Each rig has a prefix of its own in the bucket. The keys go the way that operators give them. */
async function startDirect(settings: Readonly<Record<string, string>> = {}): Promise<Rig> {
  const { url, keys } = inPrefix(await newBucket())
  if (keys !== undefined) {
    process.env.AWS_ACCESS_KEY_ID = keys.accessKeyId
    process.env.AWS_SECRET_ACCESS_KEY = keys.secretAccessKey
  }
  const rig = await startRig({ settings: { blobs: url, direct_uploads: 'true', ...settings } })
  blobsUrls.set(rig, url)
  return rig
}

async function put(url: string, bytes: Uint8Array): Promise<void> {
  const headers = { 'content-length': bytes.byteLength }
  const { status, bytes: told } = await sendWire(url, { method: 'PUT', headers, body: bytes })
  assert.equal(status, 200, told.toString())
}

/** As a client signs that makes its own URL: to the server's storage. */
const ownUrl = ({ url, clock }: Rig, fileName: string): string =>
  presign({
    ...{ method: 'PUT', baseUrl: url, path: `/${ACCOUNT.id}/${fileName}`, region: 'cn-north-2' },
    keys: { accessKey: ACCOUNT.access_key, secretKey: ACCOUNT.secret_key },
    ...{ expiresS: 600, now: clock.now() },
  })

/** The host of the S3 store, as the configuration names it. */
function storeHost(rig: Rig): string {
  const endpoint = new URL(blobsUrls.get(rig) ?? '').searchParams.get('endpoint')
  return new URL(endpoint ?? '').host
}

const audit = ({ server }: Rig) => auditOf(server.engine)

async function download({ server }: Rig, fileName: string): Promise<Buffer | null> {
  const { accounts, core } = server.engine
  const account = accounts.byId(ACCOUNT.id)
  assert.ok(account)
  const object = await core.objects.find({ account: account.id, bucket: BUCKET, key: `file/${fileName}` })
  if (object === null) return null
  const chunks: Uint8Array[] = []
  for await (const chunk of core.objects.read(object)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
