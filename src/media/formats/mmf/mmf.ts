import type { AudioFacts, MediaFacts } from '../../../core/model/media.ts'
import type { ByteSource } from '../../../core/ports/media.ts'
import { textAt, viewOf } from '../../bytes.ts'
import { ensure } from '../../refusal.ts'
import { handyPhoneTicks, mobileTicks, type Ticks } from './sequences.ts'

const FILE_MARK = 'MMMD'
const CHUNK_HEADER = 8
/** Files for telephones are far shorter. */
const READ_SIZE_MAX = 4 * 1024 * 1024
const CHUNKS_MAX = 4096

/** Milliseconds of a unit of time, by its code. */
const TIME_BASES: Readonly<Record<number, number>> = {
  ...{ 0: 1, 1: 2, 2: 4, 3: 5 },
  ...{ 16: 10, 17: 20, 18: 40, 19: 50 },
}
const SAMPLE_RATES = [4000, 8000, 11_025, 22_050, 44_100]
const HANDY_PHONE = 0
const MOBILE = 2
/** Where the chunks of a score begin, by its format: behind its format, times, and states of its channels. */
const SCORE_HEADERS: Readonly<Record<number, number>> = { [HANDY_PHONE]: 6, [MOBILE]: 20 }
const WAVE_HEADER = 6

/** Whether bytes begin like a file of SMAF, Yamaha's format for telephones: MMF. */
export const isMmf = (head: Uint8Array): boolean => textAt(head, 0, 4) === FILE_MARK

interface TrackLength {
  readonly ms: number
  readonly audio: AudioFacts | null
}

/** SMAF: the longest of its tracks, scores by their events and waves by their bytes. A score that is packed tells nothing. */
export async function measureMmf(source: ByteSource): Promise<MediaFacts> {
  const bytes = await source.read(0, Math.min(source.size, READ_SIZE_MAX))
  const isCut =
    viewOf(bytes).byteLength >= CHUNK_HEADER && CHUNK_HEADER + viewOf(bytes).getUint32(4) > source.size
  const tracks = chunks(bytes.subarray(CHUNK_HEADER)).flatMap(([name, content]) => {
    if (name.startsWith('MTR')) return [score(content)]
    return name.startsWith('ATR') ? [wave(content)] : []
  })
  ensure(tracks.length > 0, 'the MMF file has no tracks')
  return {
    container: 'mmf',
    contentType: 'audio/mmf',
    durationMs: Math.round(Math.max(...tracks.map(({ ms }) => ms))),
    audio: tracks.find(({ audio }) => audio !== null)?.audio ?? null,
    video: null,
    ...(isCut && { isCut: true as const }),
  }
}

/** Names and contents. The last may be cut. */
function chunks(bytes: Uint8Array): readonly (readonly [name: string, content: Uint8Array])[] {
  const found: [string, Uint8Array][] = []
  const view = viewOf(bytes)
  for (let at = 0; at + CHUNK_HEADER <= bytes.length && found.length < CHUNKS_MAX; ) {
    const end = at + CHUNK_HEADER + view.getUint32(at + 4)
    found.push([textAt(bytes, at, 4), bytes.subarray(at + CHUNK_HEADER, end)])
    at = end
  }
  return found
}

const baseOf = (code: number | undefined): number => TIME_BASES[code ?? 0] ?? 0

function score(content: Uint8Array): TrackLength {
  const [format = -1, , duration, gate] = content
  const header = SCORE_HEADERS[format]
  if (header === undefined) return { ms: 0, audio: null }
  const read = format === HANDY_PHONE ? handyPhoneTicks : mobileTicks
  const lengths = chunks(content.subarray(header)).map(([name, events]) =>
    name === 'Mtsq' ? msOf(read(events), baseOf(duration), baseOf(gate)) : 0,
  )
  return { ms: Math.max(0, ...lengths), audio: null }
}

const msOf = (all: readonly Ticks[], unitMs: number, gateMs: number): number =>
  all.reduce((latest, { at, gate }) => Math.max(latest, at * unitMs + gate * gateMs), 0)

/** Waves of four bits a sample; each counts, as they follow each other. */
function wave(content: Uint8Array): TrackLength {
  const [, , kind = 0, depth = 0] = content
  const channels = (kind & 0x80) !== 0 ? 2 : 1
  const sampleRateHz = SAMPLE_RATES[kind & 0x0f] ?? 0
  ensure(sampleRateHz > 0, 'the MMF file has no usable sample rate')
  const bits = [4, 8, 12, 16][depth >> 4] ?? 4
  const bytes = chunks(content.subarray(WAVE_HEADER))
    .filter(([name]) => name.startsWith('Awa'))
    .reduce((sum, [, data]) => sum + data.length, 0)
  const isAdpcm = ((kind >> 4) & 7) === 1
  return {
    ms: (bytes * 8 * 1000) / (bits * channels * sampleRateHz),
    audio: {
      codec: isAdpcm ? 'adpcm-yamaha' : `pcm-${bits === 8 ? 'u' : 's'}${bits}`,
      sampleRateHz,
      channels,
    },
  }
}
