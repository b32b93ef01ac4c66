import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { mediaFixture, memorySource } from '../../test/support/media-fixtures.ts'
import type { ByteSource } from '../core/ports/media.ts'
import { createMediaProbe } from './index.ts'

const probe = createMediaProbe()
after(() => probe.close())

const refused = { code: 'media-refused' }

test('refuses a file whose parsing runs out of memory, and goes on with the next', async () => {
  const small = createMediaProbe({ workers: 1, heapSizeMaxMb: 16 })
  await assert.rejects(small.probe(memorySource(manyDefaults(190_000))), {
    ...refused,
    message: /OUT_OF_MEMORY/,
  })
  assert.equal((await small.probe(memorySource(mediaFixture('s16.wav')))).container, 'wav')
  await small.close()
})

describe('files that are made to cost are refused early', () => {
  const reasons: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
    'boxes in boxes': [nestedBoxes(190_000), /too deep/],
    'tracks of MP4': [mp4Tracks(100_000), /too many tracks/],
    'tracks of Matroska': [matroskaTracks(1_000_000), /too many tracks/],
  }
  for (const [name, [bytes, message]] of Object.entries(reasons)) {
    test(name, () => assert.rejects(probe.probe(memorySource(bytes)), { ...refused, message }))
  }
})

test('of one account one file is measured at a time, and others do not wait for it', async () => {
  const two = createMediaProbe({ workers: 2 })
  const stuck: ByteSource = { size: 1000, read: () => new Promise(() => undefined) }
  const waiting = [1, 2, 3].map(() => two.probe(stuck, 'hostile').catch(() => 'ended'))
  const facts = await two.probe(memorySource(mediaFixture('s16.wav')), 'honest')
  assert.equal(facts.container, 'wav')
  await two.close()
  assert.deepEqual(await Promise.all(waiting), ['ended', 'ended', 'ended'])
})

/** A box of MP4. */
function box(kind: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + content.byteLength)
  head.write(kind, 4)
  return Buffer.concat([head, content])
}

/** An MP4 file with as many default lengths of samples, each of another track. */
function manyDefaults(count: number): Uint8Array {
  const unit = box('trex', Buffer.alloc(16))
  const all = Buffer.alloc(count * unit.byteLength, unit)
  for (let index = 0; index < count; index++) all.writeUInt32BE(index, index * unit.byteLength + 12)
  return Buffer.concat([box('ftyp', Buffer.from('isom')), box('moov', box('mvex', all))])
}

function mp4Tracks(count: number): Uint8Array {
  const track = box('trak', Buffer.alloc(0))
  const tracks = Buffer.alloc(count * track.byteLength, track)
  return Buffer.concat([box('ftyp', Buffer.from('isom')), box('moov', tracks)])
}

function matroskaTracks(count: number): Uint8Array {
  const size = (length: number): Buffer => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE((1n << 56n) | BigInt(length))
    return bytes
  }
  const tracks = Buffer.alloc(count * 2, Buffer.from('ae80', 'hex'))
  const inner = Buffer.concat([Buffer.from('1654ae6b', 'hex'), size(tracks.byteLength), tracks])
  const segment = Buffer.concat([Buffer.from('18538067', 'hex'), size(inner.byteLength), inner])
  return Buffer.concat([Buffer.from('1a45dfa380', 'hex'), segment])
}

/** An MP4 file whose boxes lie within each other. */
function nestedBoxes(depth: number): Uint8Array {
  const bytes = Buffer.alloc(32 + depth * 8)
  bytes.writeUInt32BE(16, 0)
  bytes.write('ftypisom', 4)
  for (let at = 16; at < bytes.length; at += 8) {
    bytes.writeUInt32BE(bytes.length - at, at)
    bytes.write(at === 16 ? 'moov' : at === 24 ? 'trak' : 'mdia', at + 4)
  }
  return bytes
}
