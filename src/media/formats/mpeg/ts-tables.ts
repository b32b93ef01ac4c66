import { viewOf } from '../../bytes.ts'
import { kindOfStream, type StreamKind } from './stream-kinds.ts'

const PAT = 0
const PMT = 2
const SECTION_SIZE_MAX = 1024
const CHECKSUM_SIZE = 4
const PROGRAMS_MAX = 256
const STREAMS_MAX = 64

/** A program of a transport stream: what is in it, by packet id. */
export interface Program {
  readonly number: number
  readonly streams: ReadonlyMap<number, StreamKind>
}

/** The tables that say what is in a transport stream (ISO 13818-1 §2.4.4). A later table takes the place of an earlier one. */
export interface Tables {
  /** Takes the payload of a packet, if it belongs to a table. */
  take(pid: number, payload: Uint8Array, isStart: boolean): void
  isTable(pid: number): boolean
  /** In the order of the program association table. */
  programs(): readonly Program[]
}

export function createTables(): Tables {
  const sections = new Map<number, Uint8Array>()
  /** Program numbers by the packet id of their map. */
  let maps = new Map<number, number>()
  const programs = new Map<number, Program>()

  const read = (pid: number, section: Uint8Array): void => {
    const content = section.subarray(8, section.length - CHECKSUM_SIZE)
    if (pid === PAT && section[0] === PAT) maps = programMaps(content)
    const number = maps.get(pid)
    if (number === undefined || section[0] !== PMT) return
    programs.set(number, { number, streams: streamsIn(content) })
  }

  return {
    isTable: (pid) => pid === PAT || maps.has(pid),
    programs: () => [...new Set(maps.values())].flatMap((number) => programs.get(number) ?? []),
    take: (pid, payload, isStart) => {
      const begun = isStart ? payload.subarray(1 + (payload[0] ?? 0)) : joined(sections.get(pid), payload)
      sections.delete(pid)
      if (begun === null || begun.length < 3) return
      const size = 3 + (viewOf(begun).getUint16(1) & 0xfff)
      if (size > SECTION_SIZE_MAX) return
      if (begun.length >= size) read(pid, begun.subarray(0, size))
      else sections.set(pid, begun)
    },
  }
}

const joined = (begun: Uint8Array | undefined, more: Uint8Array): Uint8Array | null =>
  begun === undefined ? null : Buffer.concat([begun, more])

/** Program association section (§2.4.4.3). Program 0 is the network's. */
function programMaps(content: Uint8Array): Map<number, number> {
  const maps = new Map<number, number>()
  const view = viewOf(content)
  for (let at = 0; at + 4 <= content.length && maps.size < PROGRAMS_MAX; at += 4) {
    const number = view.getUint16(at)
    if (number !== 0) maps.set(view.getUint16(at + 2) & 0x1fff, number)
  }
  return maps
}

/** Program map section (§2.4.4.8). */
function streamsIn(content: Uint8Array): ReadonlyMap<number, StreamKind> {
  const streams = new Map<number, StreamKind>()
  if (content.length < 4) return streams
  const view = viewOf(content)
  const infoSize = view.getUint16(2) & 0xfff
  const info = content.subarray(4, 4 + infoSize)
  for (let at = 4 + infoSize; at + 5 <= content.length && streams.size < STREAMS_MAX; ) {
    const size = view.getUint16(at + 3) & 0xfff
    const kind = kindOfStream(content[at] ?? 0, content.subarray(at + 5, at + 5 + size), info)
    if (kind !== null) streams.set(view.getUint16(at + 1) & 0x1fff, kind)
    at += 5 + size
  }
  return streams
}
