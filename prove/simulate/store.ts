import { Digester } from '../../src/core/bytes/digests.ts'
import { CoreError } from '../../src/core/errors.ts'
import type { SegmentName } from '../../src/core/ids.ts'
import type { DigestName, SegmentFacts } from '../../src/core/model/bytes.ts'
import type { Assembly, SlotWriteOptions, SlotWriter } from '../../src/core/ports/assembly.ts'
import { ailmentOf, type BlobStore, type SegmentWriter } from '../../src/core/ports/blobs.ts'
import type { DirectAccess } from '../../src/core/ports/direct-access.ts'
import { SLOT_SIZE_MIN } from './bytes.ts'
import type { Seat } from './seat.ts'
import type { SlotsOf } from './segments.ts'
import { MINUTE_MS } from './times.ts'

/** What a store has not finished when its sender is gone may land so much later. */
const LANDS_LATE_MS = 30 * MINUTE_MS

const failed = (message: string): CoreError => new CoreError('storage-failed', message)

/** Asks the simulated store for something. */
const ask = <Result>(seat: Seat, what: string, happen: () => Result, lateMs?: number): Promise<Result> =>
  seat.call({
    ...{ what, isRepeatable: true, code: 'storage-failed', happen },
    ...(lateMs === undefined ? {} : { lateMs }),
  })

/** Gathers what is written. */
class Pieces {
  readonly #pieces: Uint8Array[] = []
  readonly #digester: Digester

  constructor(digests: readonly DigestName[]) {
    this.#digester = new Digester(digests)
  }

  add(piece: Uint8Array): void {
    this.#digester.update(piece)
    this.#pieces.push(piece)
  }

  end(): { readonly bytes: Buffer; readonly facts: SegmentFacts } {
    return { bytes: Buffer.concat(this.#pieces), facts: this.#digester.finish() }
  }
}

export function blobStoreOf(seat: Seat): BlobStore {
  return {
    lateMs: 2 * LANDS_LATE_MS,
    create: async (name, { digests }) => {
      await ask(seat, 'create', () => {
        if (seat.world.segments.bytes.has(name)) seat.world.faults.push(`${name} is written again`)
      })
      return writerOf(seat, name, digests)
    },
    read: (name, start, end) => read(seat, name, start, end),
    look: (segments) =>
      ask(seat, 'look at segments', () =>
        segments.flatMap((segment) => {
          const kind = ailmentOf(segment, seat.world.segments.bytes.get(segment.name)?.byteLength ?? null)
          return kind === null ? [] : [{ name: segment.name, kind }]
        }),
      ),
    remove: async (names) => {
      if (names.length === 0) return
      await ask(seat, `remove of ${names.join(', ')}`, () => {
        for (const name of names) seat.world.segments.bytes.delete(name)
      })
    },
    reserve: async () => {},
    close: async () => {},
  }
}

function writerOf(seat: Seat, name: SegmentName, digests: readonly DigestName[]): SegmentWriter {
  const pieces = new Pieces(digests)
  return {
    write: async (chunk) => pieces.add(chunk),
    finish: () => {
      const { bytes, facts } = pieces.end()
      const lands = () => {
        seat.world.segments.bytes.set(name, bytes)
        return facts
      }
      return ask(seat, `write of ${name}`, lands, LANDS_LATE_MS)
    },
    abort: () =>
      ask(seat, `abort of ${name}`, () => void seat.world.segments.bytes.delete(name)).catch(() => {}),
  }
}

async function* read(seat: Seat, name: SegmentName, start: number, end: number): AsyncIterable<Uint8Array> {
  yield await ask(seat, `read of ${name}`, () => {
    const bytes = seat.world.segments.bytes.get(name)
    if (bytes === undefined || bytes.byteLength < end) throw failed('the segment is not all there')
    return bytes.subarray(start, end)
  })
}

/** The assembly of this token. Errors: as of a store that has none. */
function openedBy(seat: Seat, token: string): SlotsOf {
  const found = seat.world.segments.assemblies.get(token)
  if (found === undefined || found.state === 'ended') throw failed('there is no such assembly')
  return found
}

export function assemblyOf(seat: Seat): Assembly {
  return {
    kindOf: (_, size) => (size >= SLOT_SIZE_MIN ? 1 : null),
    begin: (name) =>
      ask(seat, 'begin of an assembly', () => {
        const token = seat.world.segments.next()
        seat.world.segments.assemblies.set(token, { name, slots: new Map(), state: 'open' })
        return token
      }),
    createSlot: async ({ token }, slot, options) => slotWriterOf(seat, token, slot, options),
    complete: ({ token, name }, receipts) =>
      ask(seat, `completion of ${name}`, () => complete(seat, token, receipts)),
    abort: ({ token, name }) =>
      ask(seat, `end of the assembly ${name}`, () => {
        const found = seat.world.segments.assemblies.get(token)
        if (found?.state === 'open') found.state = 'ended'
      }),
  }
}

/** As `openedBy`, for bytes. They come too late where the upload ended, or was sealed, meanwhile. */
function openFor(seat: Seat, token: string): SlotsOf {
  const found = seat.world.segments.assemblies.get(token)
  if (found?.state === 'open') return found
  seat.excuse()
  throw failed('the assembly is over')
}

function slotWriterOf(seat: Seat, token: string, slot: number, options: SlotWriteOptions): SlotWriter {
  const pieces = new Pieces(options.digests)
  return {
    write: async (chunk) => pieces.add(chunk),
    finish: async () => {
      const { bytes, facts } = pieces.end()
      if (bytes.byteLength < SLOT_SIZE_MIN) {
        const name = await options.elsewhere()
        await ask(
          seat,
          `write of ${name}`,
          () => void seat.world.segments.bytes.set(name, bytes),
          LANDS_LATE_MS,
        )
        return { facts, receipt: null }
      }
      const receipt = await ask(seat, `write of slot ${slot}`, () => {
        const { slots } = openFor(seat, token)
        const receipt = seat.world.segments.next()
        slots.set(slot, { receipt, bytes })
        return receipt
      })
      return { facts, receipt }
    },
    abort: async () => {},
  }
}

function complete(seat: Seat, token: string, receipts: readonly string[]): void {
  const found = openedBy(seat, token)
  const { segments } = seat.world
  if (found.state === 'complete') {
    if (!segments.bytes.has(found.name)) throw failed('there is no such assembly')
    return
  }
  const slots = [...found.slots].sort(([a], [b]) => a - b).map(([, slot]) => slot)
  const wanted = slots.filter(({ receipt }) => receipts.includes(receipt))
  if (wanted.length !== receipts.length) throw failed('a slot has other bytes')
  segments.bytes.set(found.name, Buffer.concat(wanted.map(({ bytes }) => bytes)))
  found.state = 'complete'
}

/** Links are the names themselves: see `landAt`. */
export function directOf(seat: Seat): DirectAccess {
  return {
    presignPut: (name) => ask(seat, 'link to write', () => ({ url: name, headers: {} })),
    presignGet: (name) => ask(seat, 'link to read', () => name),
    stat: (name) =>
      ask(seat, `look at ${name}`, () => {
        const bytes = seat.world.segments.bytes.get(name)
        return bytes === undefined ? null : { size: bytes.byteLength, tag: seat.world.segments.tagOf(bytes) }
      }),
    copy: (from, to) =>
      ask(
        seat,
        `copy of ${from} to ${to}`,
        () => {
          const bytes = seat.world.segments.bytes.get(from)
          if (bytes !== undefined) seat.world.segments.bytes.set(to, bytes)
          return bytes !== undefined
        },
        LANDS_LATE_MS,
      ),
  }
}
