import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { temporaryFolder } from '../support/folder.ts'
import { mediaFixture, mediaFixtureNames } from '../support/media-fixtures.ts'

const MIB = 1024 * 1024
/** What a worker that measures media files may add to the memory of its process. */
const ADDED_MAX = 64 * MIB

/** A fixture after itself until it is so long. */
const long = (name: string, size: number): Buffer => {
  const bytes = mediaFixture(name)
  return Buffer.concat(Array.from({ length: Math.ceil(size / bytes.length) }, () => bytes))
}

/** Units after each other until they are so long. */
const filled = (unit: Buffer, size: number): Buffer =>
  Buffer.alloc(Math.ceil(size / unit.length) * unit.length, unit)
const frame = (header: string, size: number): Buffer => Buffer.concat([Buffer.from(header, 'hex')], size)

/** Frames of two rates: places all over such a file do not tell how long it is. */
const changingRate = (head: string, [first, then]: readonly [Buffer, Buffer]): Buffer =>
  Buffer.concat([Buffer.from(head), filled(first, 20 * MIB), filled(then, 40 * MIB)])

function pipedAvi(): Buffer {
  const avi = mediaFixture('piped.avi')
  const chunks = avi.indexOf('movi') + 4
  return Buffer.concat([avi.subarray(0, chunks), filled(avi.subarray(chunks), 60 * MIB)])
}

/** Matroska without a cluster in its last 3 MiB. */
function liveMatroska(): Buffer {
  const mkv = mediaFixture('piped.mkv')
  const cluster = mkv.indexOf(Buffer.from('1f43b675', 'hex'))
  const nothing = Buffer.alloc(3 * MIB)
  nothing.writeUInt8(0xec)
  nothing.writeBigUInt64BE((1n << 56n) | BigInt(nothing.length - 9), 1)
  return Buffer.concat([mkv.subarray(0, cluster), filled(mkv.subarray(cluster), 57 * MIB), nothing])
}

/** Files that are read from end to end. */
const readWhole: Readonly<Record<string, () => Buffer>> = {
  'MP3 of changing rates': () => changingRate('', [frame('fffb5000', 208), frame('fffb9000', 417)]),
  'AMR of changing rates': () => changingRate('#!AMR\n', [frame('04', 13), frame('3c', 32)]),
  'AVI out of a pipe': pipedAvi,
  'live Matroska': liveMatroska,
  'OGG of streams after each other': () => filled(mediaFixture('opus.ogg'), 15 * MIB),
}

async function assertBounded(t: TestContext, files: Readonly<Record<string, Buffer>>): Promise<void> {
  const folder = mkdtempSync(join(temporaryFolder(), 'files-'))
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
  const program = join(import.meta.dirname, '../media/memory.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [program, folder])
  t.diagnostic(stdout)
  const { before, after } = JSON.parse(stdout) as { readonly before: number; readonly after: number }
  assert.ok(after - before <= ADDED_MAX, `${Math.round((after - before) / MIB)} MiB`)
}

describe('a worker adds at most 64 MiB to the memory of its process', () => {
  test('for many small and some long files', async (t) => {
    const small = mediaFixtureNames().map((name) => [name, mediaFixture(name)] as const)
    const names = ['cbr-bare.mp3', 'tone.aac', 'tone.ac3', 'video.ts', 'ac3.vob']
    const longer = names.map((name) => [`long-${name}`, long(name, 60 * MIB)] as const)
    await assertBounded(t, Object.fromEntries([...small, ...longer]))
  })
  for (const [name, make] of Object.entries(readWhole)) {
    test(`for ${name}, read whole`, (t) => assertBounded(t, { file: make() }))
  }
})
