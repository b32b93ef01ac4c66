import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { account, openJobs, signal } from '../../test/support/jobs-rig.ts'
import { isCoreError } from '../core/errors.ts'
import { bucketName } from '../core/model/buckets.ts'
import type { Facts } from '../core/ports/facts.ts'
import { answerExpiryJob, expiryJob, taskExpiryJob, tokenExpiryJob } from './expiry.ts'
import { treeSearchJob } from './tree-search.ts'

describe('jobs that end what is over', () => {
  test('expires everything that is due, however little the store does at a time', async (t) => {
    const { metadata, clock, begin } = await openJobs(t)
    for (const ref of ['a', 'b', 'c']) await begin(ref, clock.time + 1)
    clock.time += 1
    const slow: Facts = {
      ...metadata,
      expireUploads: (command) => metadata.expireUploads({ ...command, limit: 1 }),
    }
    await expiryJob({ metadata: slow, clock }, 1).run(signal)
    assert.equal(await metadata.expireUploads({ now: clock.time, limit: 10 }), 0)
  })

  test('expires an upload at its time, not before, and says so to late callers', async (t) => {
    const { core, clock, receive, begin, expire } = await openJobs(t)
    const upload = await begin('u', clock.time + 1000)
    clock.time += 999
    await expire()
    assert.equal((await core.uploads.find({ account, id: upload.id }))?.state, 'open')
    clock.time += 1
    await expire()
    assert.equal((await core.uploads.find({ account, id: upload.id }))?.state, 'expired')
    const late = core.uploads.attach({ account, id: upload.id }, 1, await receive(10))
    await assert.rejects(late, (error) => isCoreError(error, 'upload-expired'))
  })

  test('forgets closed uploads after a month', async (t) => {
    const { core, clock, begin, expire } = await openJobs(t)
    const upload = await begin('u')
    await core.uploads.abort({ account, id: upload.id })
    clock.time += 31 * 24 * 3600_000
    await expire()
    assert.equal(await core.uploads.find({ account, id: upload.id }), null)
  })

  test('removes access tokens whose time is over, however many there are, and no others', async (t) => {
    const { metadata, core, clock } = await openJobs(t)
    const facts = { account, realm: 'r', user: '', client: '', session: '', volumes: [], grants: [] }
    const mint = (periodMs: number) => core.tokens.mint({ ...facts, attributes: {}, periodMs })
    for (let count = 0; count < 250; count += 1) await mint(1000)
    const { token } = await mint(10_000)
    clock.time += 2000
    await tokenExpiryJob({ metadata, clock }).run(signal)
    assert.equal(await metadata.expireTokens({ now: clock.time, limit: 1 }), 0)
    assert.notEqual(await core.tokens.use(token), null)
  })

  test('forgets answers whose time is over, and no others', async (t) => {
    const { metadata, clock } = await openJobs(t)
    const remember = (token: string, expiresAt: number) =>
      metadata.rememberAnswer({
        ...{ account, scope: 's', token, digest: '0'.repeat(64), answer: null, expiresAt },
        ...{ keepMax: 1000, now: clock.time },
      })
    for (let count = 0; count < 250; count += 1) await remember(`${count}`, clock.time + 1000)
    await remember('later', clock.time + 10_000)
    clock.time += 2000
    await answerExpiryJob({ metadata, clock }).run(signal)
    assert.equal(await metadata.expireAnswers({ now: clock.time, limit: 1 }), 0)
    assert.notEqual(await metadata.findAnswer({ account, scope: 's', token: 'later', now: clock.time }), null)
  })

  test('forgets tasks that are done after 30 days, and keeps the others', async (t) => {
    const { metadata, core, clock } = await openJobs(t)
    const add = () => core.tasks.add({ account, scope: 's', topic: 't', input: {} })
    const [done, running] = [await add(), await add()]
    await metadata.finishTask({ id: done.id, result: {} })
    clock.time += 30 * 24 * 3600_000
    const later = await add()
    await metadata.finishTask({ id: later.id, result: {} })
    const ids = [done.id, running.id, later.id]
    const left = async () => {
      await taskExpiryJob({ metadata, clock }).run(signal)
      return (await core.tasks.find({ account, scope: 's', ids })).map(({ id }) => id)
    }
    assert.deepEqual(await left(), ids)
    clock.time += 1
    assert.deepEqual(await left(), [running.id, later.id])
  })

  test('brings the index of trees up to date and forgets searches whose time is over', async (t) => {
    const { metadata, core, clock } = await openJobs(t)
    const volume = { account, realm: 'r', volume: 'searched' }
    await core.trees.createVolume({
      ...{ volume, bucket: bucketName('t', 'searched'), owner: '', attributes: {}, ifAbsent: false },
    })
    for (let count = 0; count < 120; count++) {
      await core.trees.makeDirectory({
        ...{ volume, path: [`${count}`], conflict: 'fail' },
        traits: { attributes: {}, localCreatedAt: null, localModifiedAt: null },
      })
    }
    const id = await core.trees.keepSearch({ volume, id: null, state: {}, ttlMs: 1000 })
    await treeSearchJob({ metadata, clock }, 1).run(signal)
    assert.equal(await metadata.indexEntries({ limit: 1 }), 0)
    assert.notEqual(await core.trees.findSearch({ volume, id }), null)
    clock.time += 1000
    await treeSearchJob({ metadata, clock }, 1).run(signal)
    assert.equal(await metadata.expireSearches({ now: clock.time, limit: 1 }), 0)
  })
})
