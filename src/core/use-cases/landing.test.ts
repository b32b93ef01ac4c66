import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { describeS3, inPrefix, newBucket } from '../../../test/support/s3.ts'
import { openStores } from '../../../test/support/stores.ts'
import { openS3Blobs, type S3Blobs } from '../../blobs/s3/index.ts'
import { createMediaProbe } from '../../media/index.ts'
import { CoreError, isCoreError } from '../errors.ts'
import type { SegmentName } from '../ids.ts'
import type { DirectAccess } from '../ports/direct-access.ts'
import type { Ports } from '../ports.ts'
import { createLanding } from './landing.ts'

const DAY_MS = 24 * 3600_000
const HALF_HOUR_MS = 30 * 60_000
const OPTIONS = { sizeMax: 100, digests: ['md5'] } as const

describeS3('landing', () => {
  test('adopted bytes are measured copies: the name they landed at is free to change', async (t) => {
    const { landing, land, blobs } = await open(t)
    const name = await land('hello')
    const adopted = await landing.adopt(name, OPTIONS)
    assert.ok(adopted?.staged.where === 'store')
    assert.notEqual(adopted.staged.name, name)
    const { size, digests } = adopted.staged.facts
    assert.deepEqual({ size, digests }, { size: 5, digests: { md5: '5d41402abc4b2a76b9719d911017c592' } })
    await landing.clear(name, adopted.tag)
    assert.deepEqual(await blobs.listSegments(), [adopted.staged.name])
  })

  test('nothing has landed: null', async (t) => {
    const { landing, blobs } = await open(t)
    assert.equal(await landing.adopt(landing.newName(), OPTIONS), null)
    assert.deepEqual(await blobs.listSegments(), [])
  })

  test('what is too large is refused without a copy', async (t) => {
    const { landing, land, blobs } = await open(t, { copy: () => assert.fail('copied') })
    const name = await land('x'.repeat(101))
    await assert.rejects(landing.adopt(name, OPTIONS), (error) => isCoreError(error, 'body-too-large'))
    assert.deepEqual(await blobs.listSegments(), [name])
  })

  test('what grows too large before it is copied is refused, and the copy goes', async (t) => {
    const rig = await open(t, {
      copy: async (from, to) => {
        await rig.land('x'.repeat(101), from)
        return rig.blobs.copy(from, to)
      },
    })
    const name = await rig.land('hello')
    await assert.rejects(rig.landing.adopt(name, OPTIONS), (error) => isCoreError(error, 'body-too-large'))
    assert.deepEqual(await rig.blobs.listSegments(), [name])
  })

  test('what goes before it is copied: null', async (t) => {
    const rig = await open(t, {
      copy: async (from, to) => {
        await rig.landing.clear(from)
        return rig.blobs.copy(from, to)
      },
    })
    assert.equal(await rig.landing.adopt(await rig.land('hello'), OPTIONS), null)
    assert.deepEqual(await rig.blobs.listSegments(), [])
    assert.deepEqual(await rig.garbage(HALF_HOUR_MS), [])
  })

  test('bytes that land during an adoption are not cleared with those that were adopted', async (t) => {
    const { landing, land, blobs } = await open(t)
    const name = await land('hello')
    const adopted = await landing.adopt(name, OPTIONS)
    await land('other', name)
    await landing.clear(name, adopted?.tag)
    assert.equal((await blobs.stat(name))?.size, 5)
  })

  test('a copy whose answer was lost is swept when its lease is over', async (t) => {
    const rig = await open(t, {
      copy: async (from, to) => {
        await rig.blobs.copy(from, to)
        throw new CoreError('unavailable', 'the answer was lost')
      },
    })
    const name = await rig.land('hello')
    await assert.rejects(rig.landing.adopt(name, OPTIONS), (error) => isCoreError(error, 'unavailable'))
    const left = (await rig.blobs.listSegments()).filter((one) => one !== name)
    assert.equal(left.length, 1)
    assert.deepEqual(await rig.garbage(0), [])
    assert.deepEqual(await rig.garbage(HALF_HOUR_MS), left)
  })

  test('a name stays reserved while its upload lives and its links do, cleared or not', async (t) => {
    const { landing, land, garbage } = await open(t)
    const name = await land('hello')
    await landing.clear(name)
    assert.deepEqual(await garbage(DAY_MS), [])
    assert.deepEqual(await garbage(HALF_HOUR_MS), [name])
  })
})

/** The S3 store with faults of its direct access, beside embedded facts. */
async function open(t: TestContext, faults: Partial<DirectAccess> = {}) {
  const { metadata, clock, random } = await openStores(t)
  const blobs: S3Blobs = await openS3Blobs(inPrefix(await newBucket()))
  const media = createMediaProbe()
  t.after(async () => {
    await blobs.close()
    await media.close()
  })
  const direct: DirectAccess = {
    presignPut: (name, options) => blobs.presignPut(name, options),
    presignGet: (name, options) => blobs.presignGet(name, options),
    stat: (name) => blobs.stat(name),
    copy: (from, to) => blobs.copy(from, to),
    ...faults,
  }
  const ports: Ports = { metadata, blobs, media, clock, random }
  const landing = createLanding(ports, direct)
  /** A client's PUT; returns where it went. */
  const land = async (bytes: string, name: SegmentName = landing.newName()) => {
    const options = { expiresS: 600, keepUntil: clock.now() + DAY_MS }
    const { url, headers } = await landing.presignPut(name, options)
    assert.equal((await fetch(url, { method: 'PUT', headers, body: bytes })).status, 200)
    return name
  }
  /** What the sweep would take so much later. */
  const garbage = (afterMs: number) => {
    clock.timeMs += afterMs
    return metadata.listGarbage({ now: clock.now(), limit: 10 })
  }
  return { landing, land, garbage, blobs }
}
