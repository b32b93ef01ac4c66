import assert from 'node:assert/strict'
import { bucketName, userBucket } from '../../src/core/model/buckets.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import { COMMANDS } from '../../src/metadata/commands/index.ts'
import { useAccounts } from './accounts.ts'
import { useAnswers } from './answers.ts'
import { fillObject } from './commits.ts'
import { useLimits } from './limits.ts'
import { begin, claim, slotOf } from './metadata/assemblies.ts'
import { guardedPart } from './metadata/blocks.ts'
import { seededRandom } from './metadata/random.ts'
import { BUCKET, HOUR_MS, NOW, Tenant, TRAITS } from './metadata/tenant.ts'
import { useSearches } from './searches.ts'
import { useTasks } from './tasks.ts'
import { useTokens } from './tokens.ts'
import { bucketOf, Tree } from './trees/tree.ts'
import { useBinsAndCopies } from './trees/use.ts'
import { useEntries } from './trees/use-entries.ts'
import { useTreeSearches } from './trees/use-searches.ts'

/** Runs every command of a store, in every form that has statements of its own. */
export async function useCommands(facts: Facts): Promise<void> {
  const used = new Set<string | symbol>()
  await useAll(
    new Proxy(facts, {
      get: (target, name, receiver) => {
        used.add(name)
        return Reflect.get(target, name, receiver)
      },
    }),
  )
  assert.deepEqual(
    Object.keys(COMMANDS).filter((name) => !used.has(name)),
    [],
    'not used',
  )
}

async function useAll(metadata: Facts): Promise<void> {
  const tenant = new Tenant(metadata, 'account', seededRandom(1))
  await useUploads(tenant)
  await useAppending(tenant)
  await useAssemblies(tenant)
  await useBlocks(tenant)
  await useObjects(tenant)
  const staged = await tenant.stored()
  const names = [staged.name]
  await metadata.extendSegments({ names, leaseUntil: NOW })
  await metadata.discardSegments({ names })
  await metadata.listGarbage({ now: NOW, limit: 10 })
  await metadata.forgetSegments({ names, now: NOW })
  await metadata.listLiveSegments({ after: '', limit: 10 })
  const [delivery] = await metadata.leaseDeliveries({ topics: ['a'], now: NOW, leaseUntil: NOW, limit: 10 })
  const { id } = delivery ?? assert.fail()
  const bounded = { topics: ['a'], now: NOW, leaseUntil: NOW, limit: 10, voidAfter: NOW }
  await metadata.leaseDeliveries(bounded)
  await metadata.leaseTasks(bounded)
  await metadata.postponeDelivery({ id, nextAttemptAt: NOW })
  await metadata.settleDelivery({ id })
  await metadata.databaseTime({})
  await metadata.leaseJob({ job: 'sweep', holder: 'a', now: NOW, leaseUntil: NOW })
  await metadata.saveScrub({ state: { run: null, dueAt: NOW, last: null } })
  await metadata.findScrub({})
  await metadata.registerBlobs({ place: 's3', mark: 'mark' })
  await useAccounts(metadata)
  await useAnswers(tenant)
  await useTokens(metadata)
  await useTasks(metadata)
  await useLimits(tenant)
  await useSearches(metadata)
  await useBuckets(tenant)
  await useBinsAndCopies(metadata)
  await useEntries(metadata)
  await useTreeSearches(metadata)
}

async function useAppending(tenant: Tenant): Promise<void> {
  const upload = await tenant.begin({ ref: 'appended' })
  await tenant.append(upload, 0, tenant.inline(''))
  await tenant.append(upload, 0, tenant.inline('one'), NOW, 6)
  await tenant.append(upload, 3, tenant.inline('two'))
  await tenant.join(upload, 0, await tenant.stored(6))
  await tenant.findOffset(upload)
  const whole = await tenant.begin({ ref: 'gathered' })
  await tenant.gather(whole, [upload])
  await tenant.gather(whole, [upload])
}

async function useUploads(tenant: Tenant): Promise<void> {
  const { metadata } = tenant
  const upload = await tenant.beginWith('bytes')
  await tenant.attach({ bucket: upload.bucket, ref: upload.ref }, 1, await tenant.stored())
  await tenant.renew(upload, NOW + HOUR_MS)
  await tenant.describe(upload, { more: true })
  await tenant.listParts(upload)
  await metadata.listStoredParts({ account: tenant.account, upload, after: -1, limit: 10 })
  const page = {
    account: tenant.account,
    bucket: upload.bucket,
    after: '',
    afterId: null,
    limit: 10,
    now: NOW,
  }
  for (const prefix of ['', 'k']) await metadata.listUploads({ ...page, prefix, delimiter: null })
  await tenant.findUpload({ bucket: upload.bucket, ref: upload.ref })
  await metadata.listExtents({ blob: upload.blob, offset: 0, limit: 10 })
  await tenant.seal(upload)
  await metadata.listExtents({ blob: upload.blob, offset: 0, limit: 10 })
  await tenant.commit(upload)
  await tenant.commit(upload)
  await useFills(tenant)
  await tenant.abort(await tenant.beginWith('bytes'))
  await tenant.fail(await tenant.beginWith('bytes'))
  await tenant.begin()
  await metadata.expireUploads({ now: NOW + HOUR_MS, limit: 10 })
  await metadata.forgetUploads({ before: NOW + HOUR_MS, limit: 10 })
}

async function useBuckets(tenant: Tenant): Promise<void> {
  const { metadata, account } = tenant
  const at = { account, bucket: userBucket('mine') }
  const shown = await Tree.create(metadata, tenant, 'realm', 'shown')
  await shown.makeDirectory('k/d')
  await shown.write('k/f')
  await metadata.createBucket({ ...at, settings: {}, now: NOW })
  await metadata.findBucket(at)
  await metadata.updateBucket({ ...at, settings: {}, isPublic: true, ifVersion: 1, now: NOW })
  await metadata.updateBucket({ ...at, settings: {}, isPublic: true, ifVersion: null, now: NOW })
  await metadata.findPublicBucket({ name: 'mine' })
  for (const owner of [null, '']) {
    for (const after of [null, at.bucket]) {
      await metadata.listBuckets({ account, owner, after, limit: 10 })
    }
  }
  const page = { account, after: '', limit: 10 }
  for (const prefix of ['', 'k']) {
    for (const bucket of [BUCKET, bucketOf(shown.volume)]) {
      for (const delimiter of [null, '/']) await metadata.listKeys({ ...page, bucket, prefix, delimiter })
    }
  }
  await metadata.deleteBucket({ ...at, mark: tenant.newName() })
}

async function useFills(tenant: Tenant): Promise<void> {
  const object = await tenant.put({ staged: tenant.inline('before'), index: { labels: ['a'], text: 'b' } })
  const filling = { account: tenant.account, object, change: { status: 'filled' }, now: NOW }
  const deliveries = [tenant.delivery('b')]
  const upload = await tenant.beginWith('bytes')
  await fillObject(tenant.metadata, { ...filling, upload, ifVersion: object.version, deliveries })
}

async function useAssemblies(tenant: Tenant): Promise<void> {
  const { metadata, account } = tenant
  const upload = await tenant.begin()
  const assembly = await begin(tenant, upload, 1)
  await claim(tenant, { bucket: upload.bucket, ref: upload.ref }, 2)
  await tenant.attach(upload, 1, slotOf(assembly))
  await tenant.seal(upload)
  await metadata.listAssemblies({ blob: upload.blob })
  await metadata.findAssemblies({ names: [assembly.name] })
  await metadata.settleAssemblies({ account, upload, now: NOW })
  const aborted = await tenant.begin()
  await begin(tenant, aborted, 1)
  await tenant.abort(aborted)
}

async function useBlocks(tenant: Tenant): Promise<void> {
  const { metadata } = tenant
  const place = await guardedPart(tenant)
  const { blob, segment, number } = place
  await metadata.listExtents({ blob, offset: 1, limit: 10, sumsUntil: 1000 })
  await metadata.setBlocks({ blob, segment, number: 2, sums: new Uint8Array(8) })
  const found = { kind: 'bytes', thing: { type: 'unknown' }, finder: 'read', now: NOW } as const
  await metadata.recordDamage({ ...place, block: 0, ...found })
  await metadata.listDamages({ after: null, limit: 10 })
  await metadata.forgetDamages({ segment, number })
  await metadata.forgetDamages({ seenBefore: NOW })
}

async function useObjects(tenant: Tenant): Promise<void> {
  const put = { key: 'key', objectsMax: 10, deliveries: [tenant.delivery('a')] }
  const { id } = await tenant.put({ ...put, staged: tenant.inline('bytes') })
  await tenant.put({ ...put, deliveries: [], conflict: 'rename' })
  await tenant.update({ id }, { change: TRAITS })
  await tenant.hold({ id }, 1)
  await tenant.hold({ id }, -1)
  await tenant.findObject({ id })
  await tenant.findObject({ bucket: bucketName('test', 'bucket'), key: 'key' })
  await tenant.usage()
  for (const kind of [null, 'audio']) {
    for (const status of [null, 'ready']) {
      for (const keyword of [null, 'song']) {
        for (const order of ['newest-first', 'oldest-first'] as const) {
          await tenant.list({ kind, status, keyword, order })
        }
      }
    }
  }
  for (const after of [null, { id, createdAt: NOW }]) await tenant.listBriefs({ after })
  await tenant.put({ ...put, deliveries: [], conflict: 'overwrite' })
  await tenant.delete({ bucket: bucketName('test', 'bucket'), key: 'key' })
}
