import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { Core } from '../../../src/core/core.ts'
import { createFingerprints } from '../../../src/dialects/tencent-smh/model/fingerprints.ts'
import { auditOf } from '../../support/audit.ts'
import { shows } from '../../support/shows.ts'
import vectors from '../../vectors/tencent-smh.json' with { type: 'json' }
import { assertFailure, LIBRARIES, OTHER_ACCOUNT, type Rig, startRig } from './rig.ts'
import { bytesOf, callsOf, filesOf, MIB, type TaskCalls } from './upload-calls.ts'

const [VECTOR] = vectors.hashes
assert.ok(VECTOR !== undefined)
const BYTES = bytesOf(VECTOR.size)
const { size: SIZE, beginningHash, fullHash } = VECTOR
const ROUND_1 = { json: { size: SIZE, beginningHash } }
const ROUND_2 = { json: { size: SIZE, beginningHash, fullHash } }

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('tencent-smh: quick uploads', () => {
  let rig: Rig
  let calls: TaskCalls
  before(async () => {
    rig = await startRig()
    calls = callsOf(rig, await rig.token())
    await rig.upload('source.bin', BYTES)
  })
  after(() => rig.stop())

  test('a beginning that a file of the library has is answered 202 without a body', async () => {
    for (const kind of ['simple', 'form', 'multipart'] as const) {
      const answer = await calls.start(kind, 'quick.bin', {}, ROUND_1)
      assert.deepEqual([answer.status, answer.bytes.length], [202, 0])
    }
    shows('tencent-smh', 'start: beginningHash')
  })

  test('the hash of the whole makes the file at once and answers its record', async () => {
    const { live } = await auditOf(rig.server.engine)
    const query = { filesize: SIZE, with_inode: 1 }
    const { status, body } = await calls.start('simple', 'quick.mp4', query, {
      json: { ...ROUND_2.json, labels: ['quick'], category: 'c' },
      headers: { 'x-smh-meta-a': 'b' },
    })
    assert.equal(status, 200)
    assert.ok(body !== null)
    assert.deepEqual(
      [body.path, body.name, body.size, body.crc64, body.isOverwritten, body.contentType],
      [['quick.mp4'], 'quick.mp4', String(SIZE), VECTOR.crc64, false, 'video/mp4'],
    )
    assert.deepEqual([body.labels, body.category, body.metaData], [['quick'], 'c', { 'x-smh-meta-a': 'b' }])
    assert.match(body.inode, /^[0-9a-f]{32}$/)
    assert.ok((await rig.download('quick.mp4'))?.equals(BYTES))
    assert.equal((await auditOf(rig.server.engine)).live, live)
    shows('tencent-smh', 'start: fullHash')
  })

  test('forms and multipart uploads are quick as well', async () => {
    for (const kind of ['form', 'multipart'] as const) {
      const { status, body } = await calls.start(kind, `quick-${kind}.bin`, {}, ROUND_2)
      assert.deepEqual([status, body?.path], [200, [`quick-${kind}.bin`]])
    }
  })

  test('sizes and hashes are taken as texts and in any letter case', async () => {
    const json = { size: String(SIZE), beginningHash: beginningHash.toUpperCase() }
    assert.equal((await calls.start('simple', 'quick.bin', {}, { json })).status, 202)
    const unsized = { json: { beginningHash } }
    assert.equal((await calls.start('simple', 'quick.bin', { filesize: SIZE }, unsized)).status, 202)
  })

  test('hashes that no file has give a task', async () => {
    const other = 'ab'.repeat(32)
    for (const json of [
      { size: SIZE, beginningHash: other },
      { size: SIZE + 1, beginningHash },
      { size: SIZE, beginningHash, fullHash: other },
      { size: SIZE, fullHash: other },
      { beginningHash },
    ]) {
      const answer = await calls.start('simple', 'new.bin', {}, { json })
      assert.deepEqual([answer.status, typeof answer.body?.confirmKey], [201, 'string'], JSON.stringify(json))
    }
  })

  test('files below 1 MiB are not quick and those of exactly 1 MiB are', async () => {
    const [small, block] = [bytesOf(MIB - 1, 5), bytesOf(MIB, 5)]
    await rig.upload('small.bin', small)
    await rig.upload('block.bin', block)
    const round = (bytes: Buffer) => ({
      json: { size: bytes.length, beginningHash: sha256(bytes), fullHash: sha256(bytes) },
    })
    assert.equal((await calls.start('simple', 'small-2.bin', {}, round(small))).status, 201)
    assert.equal((await calls.start('simple', 'block-2.bin', {}, round(block))).status, 200)
    shows('tencent-smh', 'quick uploads')
  })

  test('files of one size and one beginning are told apart by the whole', async () => {
    const other = Buffer.concat([BYTES.subarray(0, SIZE - 1), Buffer.from('x')])
    await rig.upload('twin.bin', other)
    const { body } = await calls.start('simple', 'twin-2.bin', { with_inode: 1 }, ROUND_2)
    assert.equal(body?.crc64, VECTOR.crc64)
    assert.ok((await rig.download('twin-2.bin'))?.equals(BYTES))
  })

  test('hashes that are none are refused', async () => {
    for (const hash of ['x', 'ab'.repeat(31), `${'ab'.repeat(32)}0`, 7, {}]) {
      const first = { json: { size: SIZE, beginningHash: hash } }
      assertFailure(await calls.start('simple', 'a.bin', {}, first), 400, 'ParamInvalid')
      const second = { json: { size: SIZE, beginningHash, fullHash: hash } }
      assertFailure(await calls.start('simple', 'a.bin', {}, second), 400, 'ParamInvalid')
    }
    shows('tencent-smh', 'ParamInvalid')
  })

  test('strategies hold for quick uploads', async () => {
    await rig.upload('taken.bin', Buffer.from('old'))
    const renamed = await calls.start('simple', 'taken.bin', {}, ROUND_2)
    assert.deepEqual(renamed.body?.path, ['taken (1).bin'])
    const ask = { conflict_resolution_strategy: 'ask' }
    assertFailure(
      await calls.start('simple', 'taken.bin', ask, ROUND_2),
      ...([409, 'SameNameDirectoryOrFileExists'] as const),
    )
    const overwrite = { conflict_resolution_strategy: 'overwrite' }
    const overwritten = await calls.start('simple', 'taken.bin', overwrite, ROUND_2)
    assert.deepEqual([overwritten.body?.path, overwritten.body?.isOverwritten], [['taken.bin'], true])
  })

  test('a quota counts quick uploads as others', async () => {
    const access_token = await rig.token('admin', { library: 'plain' })
    const plain = callsOf(rig, access_token, filesOf('plain'))
    await rig.upload('source.bin', BYTES, { library: 'plain' })
    const quota = { json: { capacity: String(2 * SIZE - 1) } }
    await rig.expect(201, 'POST', `quota/${LIBRARIES.plain.id}`, { access_token }, quota)
    assertFailure(await plain.start('simple', 'b.bin', {}, ROUND_2), 400, 'QuotaLimitReached')
  })

  test('who may start uploads but not confirm them is given a task', async () => {
    const beginner = callsOf(rig, await rig.token('begin_upload'))
    assert.equal((await beginner.start('simple', 'a.bin', {}, ROUND_1)).status, 201)
    assert.equal((await beginner.start('simple', 'a.bin', {}, ROUND_2)).status, 201)
    shows('tencent-smh', 'quick upload')
  })

  test('files of other libraries and accounts are not candidates', async () => {
    const media = await rig.token('admin', { library: 'media' })
    await rig.expect(201, 'PUT', `directory/${LIBRARIES.media.id}/-/album`, { access_token: media })
    const inMedia = callsOf(rig, media, filesOf('media'))
    assert.equal((await inMedia.start('simple', 'album/a.mp4', {}, ROUND_1)).status, 201)
    const [other] = OTHER_ACCOUNT.libraries
    assert.ok(other !== undefined)
    const asked = { library_id: other.id, library_secret: other.secret, grant: 'admin' }
    const { accessToken } = await rig.expect(200, 'GET', 'token', asked)
    const elsewhere = callsOf(rig, accessToken, `file/${other.id}/-`)
    assert.equal((await elsewhere.start('simple', 'a.bin', {}, ROUND_2)).status, 201)
    shows('tencent-smh', 'quick upload candidates')
  })

  test('files of another space of the library are candidates for who may read there', async () => {
    const access_token = await rig.token('admin', { library: 'spaces' })
    const made = await Promise.all(
      [1, 2].map(() => rig.expect(201, 'POST', `space/${LIBRARIES.spaces.id}`, { access_token })),
    )
    const [first, second] = made.map(({ spaceId }) => String(spaceId))
    assert.ok(first !== undefined && second !== undefined)
    await rig.upload('source.bin', BYTES, { library: 'spaces', space: first })
    const inSecond = callsOf(rig, access_token, filesOf('spaces', second))
    assert.equal((await inSecond.start('simple', 'a.bin', {}, ROUND_1)).status, 202)
    assert.equal((await inSecond.start('simple', 'a.bin', {}, ROUND_2)).status, 200)
  })

  test('a token is told of the files of its own spaces alone, by neither hash', async () => {
    const admin = await rig.token('admin', { library: 'spaces' })
    const library = LIBRARIES.spaces.id
    for (const space_id of ['theirs', 'mine', 'ours'])
      await rig.expect(201, 'POST', `space/${library}`, { access_token: admin, space_id })
    const bytes = bytesOf(MIB + 7, 41)
    await rig.upload('secret.bin', bytes, { library: 'spaces', space: 'theirs' })
    const json = { size: bytes.length, beginningHash: sha256(bytes.subarray(0, MIB)) }
    const rounds = [{ json }, { json: { ...json, fullHash: chain(bytes) } }]
    const answers = async (space_id: string) => {
      const token = await rig.token('space_admin', { library: 'spaces', query: { space_id } })
      const mine = callsOf(rig, token, filesOf('spaces', 'mine'))
      const [first, second] = rounds
      return [
        (await mine.start('simple', 'a.bin', {}, first)).status,
        (await mine.start('simple', 'a.bin', {}, second)).status,
      ]
    }
    assert.deepEqual(await answers('mine'), [201, 201])
    assert.deepEqual(await answers('mine,ours'), [201, 201])
    assert.deepEqual(await answers('mine,theirs'), [202, 200])
    shows('tencent-smh', 'quick upload candidates, spaces')
  })

  test('a token for an earlier space of the same id is not told of the later one’s files', async () => {
    const admin = await rig.token('admin', { library: 'spaces' })
    const library = LIBRARIES.spaces.id
    const make = (space_id: string) =>
      rig.expect(201, 'POST', `space/${library}`, { access_token: admin, space_id })
    await make('stays')
    await make('returns')
    const old = await rig.token('space_admin', { library: 'spaces', query: { space_id: 'stays,returns' } })
    await rig.expect(204, 'DELETE', `space/${library}/returns`, { access_token: admin, force: 1 })
    await make('returns')
    const bytes = bytesOf(MIB + 9, 43)
    await rig.upload('later.bin', bytes, { library: 'spaces', space: 'returns' })
    const json = { size: bytes.length, beginningHash: sha256(bytes.subarray(0, MIB)) }
    const stays = callsOf(rig, old, filesOf('spaces', 'stays'))
    assert.equal((await stays.start('simple', 'a.bin', {}, { json })).status, 201)
    const fresh = callsOf(rig, admin, filesOf('spaces', 'stays'))
    assert.equal((await fresh.start('simple', 'b.bin', {}, { json })).status, 202)
  })

  test('the file of a quick upload outlives the one it was made of', async () => {
    const bytes = bytesOf(MIB + 3, 9)
    await rig.upload('first.bin', bytes)
    const hashes = {
      size: bytes.length,
      beginningHash: sha256(bytes.subarray(0, MIB)),
      fullHash: chain(bytes),
    }
    const { status } = await calls.start('simple', 'second.bin', {}, { json: hashes })
    assert.equal(status, 200)
    const access_token = await rig.token()
    await rig.expect(204, 'DELETE', `${filesOf()}/first.bin`, { access_token, permanent: 1 })
    await rig.server.jobs.runAll()
    assert.ok((await rig.download('second.bin'))?.equals(bytes))
    await rig.expect(204, 'DELETE', `${filesOf()}/second.bin`, { access_token, permanent: 1 })
    const again = await calls.start('simple', 'third.bin', {}, { json: hashes })
    assert.equal(again.status, 201)
  })

  test('a task that a quick upload gave is one for a simple upload', async () => {
    const bytes = bytesOf(MIB, 77)
    const json = { size: bytes.length, beginningHash: sha256(bytes) }
    const task = await calls.begin('simple', 'missed.bin', {}, { json })
    assert.equal((await rig.put(task, bytes)).status, 200)
    assert.equal((await calls.confirm(task.confirmKey)).status, 200)
    assert.equal((await calls.start('simple', 'missed.bin', {}, { json })).status, 202)
  })

  test('many quick uploads of one file at the same time read it once', async () => {
    const bytes = bytesOf(3 * MIB, 13)
    await rig.upload('popular.bin', bytes)
    const { core, counted } = countingReads(rig.server.engine.core)
    const fingerprints = createFingerprints({ core })
    const realm = realmOf(rig)
    const found = await Promise.all(
      Array.from({ length: 20 }, () => fingerprints.findFull(realm, bytes.length, chain(bytes))),
    )
    for (const file of found) assert.equal(file?.name, 'popular.bin')
    assert.equal(counted(), 1)
    await fingerprints.findFull(realm, bytes.length, chain(bytes))
    assert.ok(await fingerprints.hasBeginning(realm, bytes.length, sha256(bytes.subarray(0, MIB))))
    assert.equal(counted(), 1)
  })

  test('a file that takes too long to hash counts as unknown, and is known later', async () => {
    const bytes = bytesOf(2 * MIB, 17)
    await rig.upload('slow.bin', bytes)
    const gate = Promise.withResolvers<void>()
    const { core, finished } = gatedReads(rig.server.engine.core, gate.promise)
    const fingerprints = createFingerprints({ core, waitMs: 0 })
    const realm = realmOf(rig)
    assert.equal(await fingerprints.findFull(realm, bytes.length, chain(bytes)), null)
    gate.resolve()
    await finished
    assert.equal((await fingerprints.findFull(realm, bytes.length, chain(bytes)))?.name, 'slow.bin')
  })

  test('a file whose bytes cannot be read counts as another', async () => {
    const bytes = bytesOf(2 * MIB, 19)
    await rig.upload('broken.bin', bytes)
    const { trees } = rig.server.engine.core
    const read = () => {
      throw new Error('the disk is gone')
    }
    const fingerprints = createFingerprints({ core: { trees: { ...trees, read } } })
    const realm = realmOf(rig)
    assert.equal(await fingerprints.findFull(realm, bytes.length, chain(bytes)), null)
    assert.equal(await fingerprints.hasBeginning(realm, bytes.length, sha256(bytes.subarray(0, MIB))), false)
  })
})

test('tencent-smh: with quick_upload off hashes are not looked at', async () => {
  const rig = await startRig({ settings: { 'tencent_smh.quick_upload': 'false' } })
  const calls = callsOf(rig, await rig.token())
  await rig.upload('source.bin', BYTES)
  for (const round of [ROUND_1, ROUND_2]) {
    assert.equal((await calls.start('simple', 'a.bin', {}, round)).status, 201)
  }
  await rig.stop()
})

function realmOf({ server }: Rig) {
  const account = server.engine.accounts.all[0]?.id
  assert.ok(account !== undefined)
  return { account, realm: LIBRARIES.file.id, volumes: null }
}

/** The chain over 1 MiB blocks, told in another way than the server's. */
function chain(bytes: Buffer): string {
  let last = Buffer.alloc(0)
  for (let at = 0; at < bytes.length; at += MIB) {
    last = createHash('sha256')
      .update(Buffer.concat([last, bytes.subarray(at, at + MIB)]))
      .digest()
  }
  return last.toString('hex')
}

function countingReads({ trees }: Core): { readonly core: Pick<Core, 'trees'>; counted(): number } {
  let reads = 0
  const read: Core['trees']['read'] = (...given) => {
    reads += 1
    return trees.read(...given)
  }
  return { core: { trees: { ...trees, read } }, counted: () => reads }
}

/** Reads that wait, as those of a slow disk. `finished` when the first hash is kept. */
function gatedReads({ trees }: Core, gate: Promise<void>) {
  const kept = Promise.withResolvers<void>()
  const read: Core['trees']['read'] = async function* (...given) {
    await gate
    yield* trees.read(...given)
  }
  const setFingerprint: Core['trees']['setFingerprint'] = async (command) => {
    await trees.setFingerprint(command)
    kept.resolve()
  }
  return { core: { trees: { ...trees, read, setFingerprint } }, finished: kept.promise }
}
