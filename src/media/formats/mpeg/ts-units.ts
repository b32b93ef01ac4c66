import { pesHeader } from './pes.ts'
import { createPacketFeed } from './ts-packets.ts'
import type { Tables } from './ts-tables.ts'
import type { Unit, UnitReader } from './units.ts'

interface Begun extends Unit {
  readonly pieces: Uint8Array[]
}

/** What a packet's first bytes say (ISO 13818-1 §2.4.3.2). */
function packetHeader(packet: Uint8Array) {
  const [, b1 = 0, b2 = 0, b3 = 0, adaptation = 0] = packet
  const hasPayload = (b3 & 0x10) !== 0
  return {
    pid: ((b1 & 0x1f) << 8) | b2,
    isStart: (b1 & 0x40) !== 0,
    /** Neither broken on the way nor scrambled. */
    isReadable: (b1 & 0x80) === 0 && (b3 & 0xc0) === 0 && hasPayload,
    payloadAt: 4 + ((b3 & 0x20) !== 0 ? 1 + adaptation : 0),
  }
}

export function createTsReader(tables: Tables, stride: number): UnitReader {
  const units: Unit[] = []
  const begun = new Map<number, Begun>()
  const streamIds = new Map<number, number>()

  const start = (pid: number, payload: Uint8Array): void => {
    const header = pesHeader(payload)
    if (header === null) return
    const { streamId, shown, decoded } = header
    streamIds.set(pid, streamId)
    const content = payload.subarray(header.size)
    if (shown === null || decoded === null) {
      begun.get(pid)?.pieces.push(content)
      return
    }
    const unit = { stream: pid, streamId, shown, decoded, pieces: [content] }
    begun.set(pid, unit)
    units.push(unit)
  }

  const feed = createPacketFeed(stride, (packet) => {
    const { pid, isStart, isReadable, payloadAt } = packetHeader(packet)
    if (!isReadable || payloadAt >= packet.length) return
    const payload = packet.subarray(payloadAt)
    if (tables.isTable(pid)) tables.take(pid, payload, isStart)
    else if (isStart) start(pid, payload)
    else begun.get(pid)?.pieces.push(payload)
  })

  return {
    units,
    streamIds,
    push: (piece) => feed.push(piece, false),
    end: () => {
      feed.push(new Uint8Array(0), true)
      begun.clear()
    },
  }
}
