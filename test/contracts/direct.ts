import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { newSegmentName, type SegmentName } from '../../src/core/ids.ts'
import type { BlobStore } from '../../src/core/ports/blobs.ts'
import type { DirectAccess } from '../../src/core/ports/direct-access.ts'
import { type SeededRandom, seeded } from '../support/seeded.ts'

/** An empty store to be tested. */
export interface DirectHarness {
  readonly blobs: BlobStore & DirectAccess
  /** The names of all segments that the store holds bytes of. */
  list(): Promise<readonly SegmentName[]>
  /** Closes the store and removes what it left. */
  dispose(): Promise<void>
}

type Body = (harness: DirectHarness, random: SeededRandom) => Promise<void>

/** What a store that clients reach themselves has to do. Registers the tests; `open` makes a new store for each. */
export function directContract(name: string, open: () => Promise<DirectHarness>): void {
  const behaves = (behaviour: string, body: Body) =>
    test(behaviour, async (t: TestContext) => {
      const harness = await open()
      try {
        await body(harness, seeded(t))
      } finally {
        await harness.dispose()
      }
    })
  describe(`${name}: direct access contract`, () => {
    links(behaves)
    copies(behaves)
  })
}

type Behaves = (behaviour: string, body: Body) => Promise<void>

function links(behaves: Behaves): void {
  behaves(
    'a link to write and a link to read carry bytes, each PUT over the one before',
    async (h, random) => {
      const [name, first, second] = [newSegmentName(random), random.bytes(70_000), random.bytes(900)]
      assert.equal((await put(h, name, first)).status, 200)
      assert.equal((await put(h, name, second)).status, 200)
      const options = { expiresS: 60, contentType: 'audio/wav', disposition: 'attachment' }
      const got = await fetch(await h.blobs.presignGet(name, options))
      assert.equal(got.headers.get('content-type'), 'audio/wav')
      assert.equal(got.headers.get('content-disposition'), 'attachment')
      assert.deepEqual(new Uint8Array(await got.arrayBuffer()), new Uint8Array(second))
    },
  )

  behaves('a link is for its one segment and its one method', async (h, random) => {
    const [name, other] = [newSegmentName(random), newSegmentName(random)]
    const { url } = await h.blobs.presignPut(name, { expiresS: 60 })
    const elsewhere = url.replaceAll(name, other).replace(`/${name.slice(0, 2)}/`, `/${other.slice(0, 2)}/`)
    assert.equal((await fetch(elsewhere, { method: 'PUT', body: 'x' })).status, 403)
    assert.equal((await fetch(url)).status, 403)
    assert.deepEqual(await h.list(), [])
  })

  behaves('a size that was asked for is the only one that is taken', async (h, random) => {
    const name = newSegmentName(random)
    const { url } = await h.blobs.presignPut(name, { expiresS: 60, size: 10 })
    assert.equal((await fetch(url, { method: 'PUT', body: Buffer.alloc(11) })).status, 403)
    assert.equal(await h.blobs.stat(name), null)
    assert.equal((await fetch(url, { method: 'PUT', body: Buffer.alloc(10) })).status, 200)
  })
}

function copies(behaves: Behaves): void {
  behaves('stat tells the size, and a tag that changes with the bytes', async (h, random) => {
    const name = newSegmentName(random)
    assert.equal(await h.blobs.stat(name), null)
    await put(h, name, Buffer.from('first'))
    const first = await h.blobs.stat(name)
    assert.equal(first?.size, 5)
    assert.deepEqual(await h.blobs.stat(name), first)
    await put(h, name, Buffer.from('other'))
    const other = await h.blobs.stat(name)
    assert.equal(other?.size, 5)
    assert.notEqual(other.tag, first.tag)
  })

  for (const size of [0, 1, 6_000_000]) {
    behaves(`a copy of ${size} bytes stays what it is, whatever comes of the first`, async (h, random) => {
      const [from, to, bytes] = [newSegmentName(random), newSegmentName(random), random.bytes(size)]
      await put(h, from, bytes)
      assert.equal(await h.blobs.copy(from, to), true)
      await put(h, from, Buffer.from('changed'))
      await h.blobs.remove([from])
      assert.equal((await h.blobs.stat(to))?.size, size)
      assert.deepEqual(await h.list(), [to])
      const read: Uint8Array[] = []
      for await (const chunk of h.blobs.read(to, 0, size)) read.push(chunk)
      assert.ok(Buffer.concat(read).equals(bytes))
    })
  }

  behaves('what is not there is not copied', async (h, random) => {
    assert.equal(await h.blobs.copy(newSegmentName(random), newSegmentName(random)), false)
    assert.deepEqual(await h.list(), [])
  })
}

async function put({ blobs }: DirectHarness, name: SegmentName, bytes: Uint8Array): Promise<Response> {
  const { url, headers } = await blobs.presignPut(name, { expiresS: 60 })
  return await fetch(url, { method: 'PUT', headers, body: Buffer.from(bytes) })
}
