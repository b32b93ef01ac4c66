import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { BLOCK_SIZE } from '../../src/core/bytes/blocks.ts'
import type { DialectDriver } from '../contracts/dialect.ts'
import { iflytekOstDriver, tencentSmhDriver } from '../dialects/drivers.ts'
import { ACCOUNT, LIBRARIES, startTestServer, type TestServer } from '../support/harness.ts'
import { s3ServerMissing } from '../support/s3.ts'
import { diskSegments, type Segments, s3Segments } from '../support/segments.ts'

const MIB = 1024 ** 2
const REST_SIZE = 100_000

/** A dialect whose driver sends two parts: one of so many bytes, then the rest. */
interface Case {
  readonly driver: DialectDriver
  readonly first: number
  urlOf(server: TestServer, handle: string): Promise<string>
}

const CASES: readonly Case[] = [
  { driver: iflytekOstDriver, first: 5 * MIB, urlOf: async ({ url }, handle) => url + handle },
  { driver: tencentSmhDriver, first: MIB, urlOf: (server) => linkTo(server, NAME) },
]

const NAME = 'rotten.bin'

/** What happens to one of the two parts, and the bytes of that part that are wrong then: from, to. */
interface Rot {
  readonly what: string
  readonly part: 'first' | 'rest'
  wrong(size: number): readonly [number, number]
  spoil(bytes: Buffer): Buffer | null
}

const flipped = (what: string, part: Rot['part'], placeIn: (size: number) => number): Rot => ({
  ...{ what, part },
  wrong: (size) => [placeIn(size), placeIn(size) + 1],
  spoil: (bytes) => {
    const copy = Buffer.from(bytes)
    const at = placeIn(bytes.byteLength)
    copy[at] = (copy[at] ?? 0) ^ 1
    return copy
  },
})

const ROTS: readonly Rot[] = [
  flipped('the first byte', 'first', () => 0),
  flipped('a byte in the middle', 'first', (size) => size / 2),
  flipped('the last byte', 'rest', (size) => size - 1),
  {
    ...{ what: 'a segment cut by a byte', part: 'first' },
    wrong: (size) => [size - 1, size],
    spoil: (bytes) => bytes.subarray(0, bytes.byteLength - 1),
  },
  {
    ...{ what: 'an empty segment', part: 'rest' },
    wrong: (size) => [0, size],
    spoil: () => Buffer.of(),
  },
  { ...{ what: 'a segment that is gone', part: 'rest' }, wrong: (size) => [0, size], spoil: () => null },
  {
    ...{ what: 'a segment that goes on', part: 'rest' },
    wrong: (size) => [size, size],
    spoil: (bytes) => Buffer.concat([bytes, bytes]),
  },
]

/** Requested ranges, the offsets of which depend on where the second part begins. */
const rangesOf = (border: number, size: number): readonly Range[] => [
  [null, 0, size],
  ['bytes=1-', 1, size],
  ['bytes=-10', size - 10, size],
  ['bytes=0-0', 0, 1],
  [`bytes=${border - 5}-${border + 4}`, border - 5, border + 5],
  [`bytes=${2 * BLOCK_SIZE}-${3 * BLOCK_SIZE - 1}`, 2 * BLOCK_SIZE, 3 * BLOCK_SIZE],
]

type Range = readonly [string | null, number, number]

const places = [
  { where: 'on the disk', skip: false, open: async () => diskSegments() },
  { where: 'in an S3 store', skip: s3ServerMissing(), open: s3Segments },
] as const

for (const { where, skip, open } of places) {
  describe(`bytes that rotted ${where}`, { skip }, () => {
    for (const { driver, first, urlOf } of CASES) {
      test(`are never served as good: ${driver.name}`, async () => {
        const stored = await open()
        const server = await startTestServer(stored.options)
        const bytes = randomBytes(first + REST_SIZE)
        const begun = await driver.upload(server.url, NAME, bytes)
        const url = await urlOf(server, await begun.complete(server.url))
        const ranges = rangesOf(first, bytes.byteLength)
        for (const rot of ROTS) {
          const [start, size] = rot.part === 'first' ? [0, first] : [first, REST_SIZE]
          const restore = await spoil(stored, server, size, rot)
          for (const range of ranges) {
            await assertNeverWrong(url, bytes, range, { what: rot.what, ...blocksOf(start, size, rot) })
          }
          await restore()
        }
        const sound = { what: 'sound again', from: bytes.byteLength, to: bytes.byteLength }
        for (const range of ranges) await assertNeverWrong(url, bytes, range, sound)
        await assertTold(server)
        await server.stop()
      })
    }
  })
}

/** Bytes that cannot be checked without a wrong one. */
interface Wrong {
  readonly what: string
  readonly from: number
  readonly to: number
}

/** The blocks of a part that have its wrong bytes. */
function blocksOf(start: number, size: number, { wrong }: Rot): Omit<Wrong, 'what'> {
  const [from, to] = wrong(size)
  if (from === to) return { from: start + from, to: start + to }
  return {
    from: start + Math.floor(from / BLOCK_SIZE) * BLOCK_SIZE,
    to: start + Math.min(size, Math.ceil(to / BLOCK_SIZE) * BLOCK_SIZE),
  }
}

async function linkTo({ url }: TestServer, name: string): Promise<string> {
  const { id, secret } = LIBRARIES.file
  const login = new URLSearchParams({ library_id: id, library_secret: secret, grant: 'admin' })
  const { accessToken } = (await (await fetch(`${url}/api/v1/token?${login}`)).json()) as {
    accessToken: string
  }
  return `${url}/api/v1/file/${id}/-/${name}?access_token=${accessToken}`
}

async function spoil(
  stored: Segments,
  server: TestServer,
  size: number,
  rot: Rot,
): Promise<() => Promise<void>> {
  const name = await stored.ofSize(server, size)
  const before = await stored.read(server, name)
  await stored.write(server, name, rot.spoil(before))
  return () => stored.write(server, name, before)
}

/** What arrives whole is right. Of blocks with a wrong byte nothing arrives. */
async function assertNeverWrong(
  url: string,
  bytes: Buffer,
  [range, start, end]: Range,
  { what, from, to }: Wrong,
): Promise<void> {
  const told = `${what}, ${range ?? 'whole'}`
  const response = await fetch(url, { headers: range === null ? {} : { range } })
  const read = await bytesOf(response)
  const isHit = Math.max(from, start) < Math.min(to, end)
  if (!isHit) {
    assert.equal(response.status, range === null ? 200 : 206, told)
    assert.ok(read.isWhole && read.bytes.equals(bytes.subarray(start, end)), told)
  } else if (response.status < 300) {
    assert.ok(!read.isWhole, `${told}: it seems whole`)
    assert.ok(read.bytes.equals(bytes.subarray(start, start + read.bytes.byteLength)), told)
    assert.ok(start + read.bytes.byteLength <= from, `${told}: bytes were given unchecked`)
  } else {
    assert.equal(response.status, 500, told)
    assert.ok(read.isWhole && read.bytes.byteLength < 1000, told)
  }
}

async function bytesOf(response: Response): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk)
    return { bytes: Buffer.concat(chunks), isWhole: true }
  } catch {
    return { bytes: Buffer.concat(chunks), isWhole: false }
  }
}

/** The operator finds what was hit: in the log, by the id of the request, in the metadata, and in a count. */
async function assertTold({ engine, logLines }: TestServer): Promise<void> {
  const lines = logLines.map((line) => JSON.parse(line) as Record<string, unknown>)
  const damages = await engine.facts.listDamages({ after: null, limit: 100 })
  assert.ok(damages.some(({ kind, block }) => kind === 'bytes' && block === 0))
  assert.ok(damages.every(({ thing }) => 'account' in thing && thing.account === ACCOUNT.id))
  assert.deepEqual(new Set(damages.map(({ kind }) => kind)), new Set(['bytes', 'short', 'missing']))
  const lost = lines.filter(({ msg }) => msg === 'stored bytes are damaged')
  assert.equal(lost.length, engine.core.damages.count)
  const requests = lines.filter(
    ({ msg, error, level }) => msg === 'request' && error === 'storage-failed' && level === 50,
  )
  assert.equal(requests.length, lost.length)
  for (const { requestId, detail } of requests) {
    assert.ok(typeof requestId === 'string' && requestId !== '')
    const { key, path } = detail as { readonly key?: string; readonly path?: string }
    assert.ok(key !== undefined || path === NAME)
  }
}
