import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Disk } from '../../prove/power/disk.ts'
import type { Entry } from '../../prove/power/log.ts'
import { SeededRandom } from '../support/seeded.ts'

const [ROOT, FOLDER, FILE] = [1, 2, 3]
const BLOCK = 4096

const create: Entry = { type: 'create', file: FILE, folder: FOLDER, name: 'f' }
const write = (at: number, bytes: Buffer): Entry => ({ type: 'write', file: FILE, at, bytes })
const synced = (file: number, sync = BigInt(file)): readonly Entry[] => [
  { type: 'sync-begin', file, sync },
  { type: 'sync-end', file, sync, failed: false },
]

/** A disk with a folder that is durable, after these entries. */
function diskAfter(...entries: readonly Entry[]): Disk {
  const disk = new Disk(ROOT)
  const folder: Entry = { type: 'mkdir', file: FOLDER, folder: ROOT, name: 'd' }
  for (const entry of [folder, ...synced(ROOT), ...entries]) disk.apply(entry)
  return disk
}

const found = (disk: Disk, loss: Parameters<Disk['crash']>[1], seed = 1): string | null =>
  disk.crash(new SeededRandom(seed), loss).files.get('d/f')?.toString() ?? null

describe('what a power cut leaves of a disk', () => {
  const bytes = Buffer.from('bytes')

  test('a synced file in a folder that was not synced has no name', () => {
    const disk = diskAfter(create, write(0, bytes), ...synced(FILE))
    assert.equal(found(disk, 'none'), null)
    assert.equal(found(disk, 'all'), 'bytes')
  })

  test('a name that was synced leads to no bytes that were not', () => {
    assert.equal(found(diskAfter(create, write(0, bytes), ...synced(FOLDER)), 'none'), '')
    assert.equal(
      found(diskAfter(create, write(0, bytes), ...synced(FOLDER), ...synced(FILE)), 'none'),
      'bytes',
    )
  })

  test('a sync counts for what was written before it began, once it has ended well', () => {
    const [begin, end] = synced(FILE)
    assert.ok(begin !== undefined && end?.type === 'sync-end')
    const before = [create, ...synced(FOLDER), write(0, bytes)]
    assert.equal(found(diskAfter(...before, begin, write(5, bytes), end), 'none'), 'bytes')
    assert.equal(found(diskAfter(...before, begin), 'none'), '')
    assert.equal(found(diskAfter(...before, begin, { ...end, failed: true }), 'none'), '')
  })

  test('a removal that was not synced is undone, and a synced one is not', () => {
    const there = [create, write(0, bytes), ...synced(FILE), ...synced(FOLDER)]
    const unlink: Entry = { type: 'unlink', folder: FOLDER, name: 'f' }
    assert.equal(found(diskAfter(...there, unlink), 'none'), 'bytes')
    assert.equal(found(diskAfter(...there, unlink, ...synced(FOLDER, 9n)), 'none'), null)
  })

  test('a torn write has whole blocks of the disk, any of them', () => {
    const disk = diskAfter(create, ...synced(FOLDER), write(BLOCK / 2, Buffer.alloc(2 * BLOCK, 'x')))
    const seen = new Set(Array.from({ length: 40 }, (_, seed) => found(disk, 'torn', seed)))
    const [gap, half, whole] = ['\0'.repeat(BLOCK / 2), 'x'.repeat(BLOCK / 2), 'x'.repeat(BLOCK)]
    const hole = '\0'.repeat(BLOCK)
    for (const expected of ['', gap + half, gap + half + whole, gap + half + hole + half])
      assert.ok(seen.has(expected), `${expected.length} bytes`)
  })
})
