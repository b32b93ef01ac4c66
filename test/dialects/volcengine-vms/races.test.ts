import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openDiskBlobs } from '../../../src/blobs/disk/index.ts'
import { createAccounts } from '../../../src/core/accounts.ts'
import { type Core, createCore } from '../../../src/core/core.ts'
import { isCoreError } from '../../../src/core/errors.ts'
import { ALL_RIGHTS } from '../../../src/core/model/accounts.ts'
import type { MediaProbe } from '../../../src/core/ports/media.ts'
import { commitResourceUpload } from '../../../src/dialects/volcengine-vms/calls/commit.ts'
import { BUCKET } from '../../../src/dialects/volcengine-vms/model/resource.ts'
import type { VolcengineVmsOptions } from '../../../src/dialects/volcengine-vms/options.ts'
import { createNamespace } from '../../../src/dialects/volcengine-vms/storage/namespace.ts'
import { fileKey } from '../../../src/dialects/volcengine-vms/storage/voice-files.ts'
import { Parameters } from '../../../src/dialects/volcengine-vms/wire/parameters.ts'
import { createSharedRuns } from '../../../src/http/shared-runs.ts'
import { createMediaProbe } from '../../../src/media/index.ts'
import { openSqliteMetadata } from '../../../src/metadata/sqlite/index.ts'
import { systemClock, systemRandom } from '../../../src/system.ts'
import { accountOf } from '../../support/accounts.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { wav } from '../../support/volcengine.ts'

const KEY = { accessKey: 'AK', secretKey: 'SK', rights: ALL_RIGHTS }
const ACCOUNT = accountOf('2100056056', { keys: [KEY] })
const OPTIONS: VolcengineVmsOptions = {
  review: 'auto',
  rateLimitPerS: 0,
  resourcesMax: 0,
  uploadTtlS: 3600,
  fetchHosts: [],
}
const NAME = 'raced.wav'

/** Real stores. `whileProbing` runs within every probe, before its result is known: the moment of the races. */
async function startCore(t: TestContext, whileProbing: () => Promise<void>): Promise<Core> {
  const dir = temporaryFolder()
  const metadata = await openSqliteMetadata({ path: join(dir, 'facts.db'), durability: 'relaxed' })
  const blobs = await openDiskBlobs({ dir: join(dir, 'blobs'), durability: 'relaxed', reserveBytes: 0 })
  const probe = createMediaProbe()
  const media: MediaProbe = {
    probe: async (source) => {
      const result = probe.probe(source)
      await Promise.allSettled([result])
      await whileProbing()
      return result
    },
    close: () => probe.close(),
  }
  t.after(async () => {
    await media.close()
    await blobs.close()
    await metadata.close()
    rmSync(dir, { recursive: true, force: true })
  })
  return createCore({ metadata, blobs, media, clock: systemClock, random: systemRandom })
}

async function put(core: Core, bytes: Uint8Array): Promise<void> {
  const source = (async function* () {
    yield bytes
  })()
  const staged = await core.staging.receive(source, { sizeMax: bytes.byteLength, digests: ['md5', 'crc64'] })
  const target = { account: ACCOUNT.id, bucket: BUCKET, key: fileKey(NAME) }
  await createNamespace(core, OPTIONS, createAccounts([ACCOUNT])).write(target, staged, null)
}

const commit = (core: Core) =>
  commitResourceUpload({
    core,
    account: ACCOUNT,
    key: KEY,
    options: OPTIONS,
    publicUrl: 'http://127.0.0.1:8440',
    parameters: new Parameters(new Map([['FileName', NAME]])),
    signal: new AbortController().signal,
    lists: createSharedRuns(),
    changing: () => core,
  })

async function committed(core: Core): Promise<Buffer> {
  const object = await core.objects.get({ account: ACCOUNT.id, bucket: BUCKET, key: fileKey(NAME) })
  const chunks: Uint8Array[] = []
  for await (const chunk of core.objects.read(object)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Runs `act` the first time it is called, and nothing after. */
function once(act: () => Promise<unknown>): () => Promise<void> {
  let isDone = false
  return async () => {
    if (isDone) return
    isDone = true
    await act()
  }
}

for (const [title, first] of [
  ['good bytes that are replaced while they are looked at are not what is committed', wav(1, 1)],
  ['bad bytes that are replaced while they are looked at are not what is refused', Buffer.from('no sound')],
] as const) {
  test(title, async (t) => {
    const core = await startCore(
      t,
      once(() => put(core, wav(2, 2))),
    )
    await put(core, first)
    assert.equal((await commit(core)).Suffix, '.wav')
    assert.deepEqual(await committed(core), wav(2, 2))
  })
}

test('an upload that changes again and again is refused in the end', async (t) => {
  let fill = 0
  const core = await startCore(t, () => put(core, wav(1, ++fill % 250)))
  await put(core, wav(1))
  await assert.rejects(commit(core), (error) => isCoreError(error, 'upload-changed'))
})

test('a commit that another one overtakes returns the other’s ResourceKey', async (t) => {
  let other: unknown = null
  const core = await startCore(
    t,
    once(async () => {
      other = (await commit(core)).ResourceKey
    }),
  )
  await put(core, wav(1))
  assert.equal((await commit(core)).ResourceKey, other)
  assert.match(String(other), /^[0-9a-f]{32}$/)
})

test('a small PUT that a commit overtakes waits in an upload of its own', async (t) => {
  const core = await startCore(t, async () => {})
  await put(core, wav(1, 1))
  const overtake = once(() => commit(core))
  const begin: Core['uploads']['begin'] = async (upload) => {
    const started = await core.uploads.begin(upload)
    await overtake()
    return started
  }
  await put({ ...core, uploads: { ...core.uploads, begin } }, wav(1, 2))
  assert.deepEqual(await committed(core), wav(1, 1))
  const next = await core.uploads.find({ account: ACCOUNT.id, bucket: BUCKET, ref: NAME })
  assert.equal(next?.state, 'open')
})
