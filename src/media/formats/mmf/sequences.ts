/** When something happens in a score, in units of durations, and how long it lasts, in units of gates. */
export interface Ticks {
  readonly at: number
  readonly gate: number
}

/** Reads bytes one after the other. Behind the end there are none. */
class Events {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isOver(): boolean {
    return this.#at >= this.#bytes.length
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0
  }

  skip(count: number): void {
    this.#at += count
  }

  /** One or two bytes. */
  short(): number {
    const first = this.byte()
    return first < 0x80 ? first : ((first & 0x7f) + 1) * 128 + this.byte()
  }

  /** Seven bits a byte, as in MIDI, in up to four bytes. */
  long(): number {
    let value = 0
    for (let count = 0; count < 4; count++) {
      const byte = this.byte()
      value = value * 128 + (byte & 0x7f)
      if (byte < 0x80) break
    }
    return value
  }
}

const SYSTEM = 0xff
const EXCLUSIVE = 0xf0

/** Events of the form for handy phones: notes, controls behind a zero, and exclusive ones. */
export function handyPhoneTicks(bytes: Uint8Array): readonly Ticks[] {
  const events = new Events(bytes)
  const all: Ticks[] = []
  for (let at = 0; !events.isOver; ) {
    at += events.short()
    const status = events.byte()
    let gate = 0
    if (status === SYSTEM) {
      if (events.byte() === EXCLUSIVE) events.skip(events.byte())
    } else if (status === 0) {
      const control = events.byte()
      if ((control & 0x30) === 0x30) events.skip(1)
    } else gate = events.short()
    all.push({ at, gate })
  }
  return all
}

/** Bytes behind the status of MIDI's events, by their kind; those of notes have a length besides. */
const DATA_SIZES: Readonly<Record<number, number>> = { 8: 1, 9: 2, 10: 2, 11: 2, 12: 1, 13: 1, 14: 2 }

/** Events of the mobile form that is not packed: those of MIDI, notes with their length. */
export function mobileTicks(bytes: Uint8Array): readonly Ticks[] {
  const events = new Events(bytes)
  const all: Ticks[] = []
  for (let at = 0; !events.isOver; ) {
    at += events.long()
    const status = events.byte()
    const kind = status >> 4
    events.skip(DATA_SIZES[kind] ?? 0)
    if (status === EXCLUSIVE) events.skip(events.long())
    else if (status === SYSTEM) events.skip(1)
    all.push({ at, gate: kind === 0x8 || kind === 0x9 ? events.long() : 0 })
  }
  return all
}
