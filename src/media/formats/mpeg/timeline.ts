import type { Unit } from './units.ts'

export const TICKS_PER_SECOND = 90_000
/** Clocks count modulo this (ISO 13818-1 §2.4.3.7). */
export const CLOCK_MODULUS = 2 ** 33
/** A step of a stream's clock back by more, or of all clocks ahead by more, is a break and no time. */
const BACK_MAX = 0.1 * TICKS_PER_SECOND
/** Of streams without times of decoding, whose pictures are shown in another order. */
const BACK_UNORDERED_MAX = TICKS_PER_SECOND
const AHEAD_MAX = 10 * TICKS_PER_SECOND

/** How far it is from one reading of the clock to another, the shorter way around. */
export function ticksBetween(from: number, to: number): number {
  const ahead = (((to - from) % CLOCK_MODULUS) + CLOCK_MODULUS) % CLOCK_MODULUS
  return ahead > CLOCK_MODULUS / 2 ? ahead - CLOCK_MODULUS : ahead
}

/** What one stream has in a part between two breaks, in ticks that do not wrap. */
interface StreamPart {
  firstShown: number
  readonly firstDecoded: number
  lastDecoded: number
  lastUnit: Unit
}

type Part = Map<number, StreamPart>

interface StreamClock {
  part: number
  decoded: number
}

/** Joins the times of several streams on one line. */
export interface Timeline {
  add(unit: Unit): void
  /**
   * Bytes were left out before `next`. `ticks` is how far the clock went on in them; null: it broke there, and they are thought to last
   * `ifBroken` ticks.
   */
  gap(next: Unit, ticks: number | null, ifBroken: number): void
  /** Seconds of all parts. `secondsOf` tells how long the last unit of a stream lasts. */
  seconds(secondsOf: (unit: Unit) => number): number
}

/** `isOrdered`: whether the stream's units come in the order of their times. */
export function createTimeline(isOrdered: (stream: number) => boolean): Timeline {
  const parts: Part[] = []
  const clocks = new Map<number, StreamClock>()
  let latest: StreamClock | null = null
  let hidden = 0

  return {
    add: (unit) => {
      const own = clocks.get(unit.stream) ?? null
      const clock = place(unit, own, latest, isOrdered(unit.stream))
      clocks.set(unit.stream, clock)
      if (latest === null || clock.part >= latest.part) latest = clock
      const part = parts[clock.part] ?? new Map()
      parts[clock.part] = part
      extend(part, unit, clock.decoded)
    },
    gap: (next, ticks, ifBroken) => {
      clocks.clear()
      if (ticks !== null && latest !== null) latest = { part: latest.part, decoded: latest.decoded + ticks }
      else latest = { part: parts.length, decoded: next.decoded }
      if (ticks === null) hidden += ifBroken
    },
    seconds: (secondsOf) => {
      const ticks = parts.reduce((sum, part) => sum + ticksOf([...part.values()], secondsOf), hidden)
      return ticks / TICKS_PER_SECOND
    },
  }
}

/** Where a unit is on the line, by what its own stream and the latest of all said before. */
function place(
  unit: Unit,
  own: StreamClock | null,
  latest: StreamClock | null,
  isOrdered: boolean,
): StreamClock {
  if (latest === null) return { part: 0, decoded: unit.decoded }
  const from = own ?? latest
  const ahead = ticksBetween(latest.decoded, unit.decoded)
  if (!isBreak(unit, own, latest, isOrdered)) {
    return { part: from.part, decoded: from.decoded + ticksBetween(from.decoded, unit.decoded) }
  }
  // Another stream may have begun the new part already.
  const isBegun = own !== null && own.part < latest.part && Math.abs(ahead) <= AHEAD_MAX
  return isBegun
    ? { part: latest.part, decoded: latest.decoded + ahead }
    : { part: latest.part + 1, decoded: unit.decoded }
}

function isBreak(unit: Unit, own: StreamClock | null, latest: StreamClock, isOrdered: boolean): boolean {
  const ahead = ticksBetween(latest.decoded, unit.decoded)
  if (own === null) return Math.abs(ahead) > AHEAD_MAX
  const back = ticksBetween(unit.decoded, own.decoded)
  // A stream may pause while others go on, but none goes on with the clock of a part that it has not reached.
  const jump = own.part < latest.part ? -back : ahead
  return back > (isOrdered ? BACK_MAX : BACK_UNORDERED_MAX) || jump > AHEAD_MAX
}

function extend(part: Part, unit: Unit, decoded: number): void {
  const shown = decoded + ticksBetween(unit.decoded, unit.shown)
  const known = part.get(unit.stream)
  if (known === undefined) {
    part.set(unit.stream, { firstShown: shown, firstDecoded: decoded, lastDecoded: decoded, lastUnit: unit })
    return
  }
  known.firstShown = Math.min(known.firstShown, shown)
  if (decoded >= known.lastDecoded) Object.assign(known, { lastDecoded: decoded, lastUnit: unit })
}

/** As many pictures are shown as are decoded: so the time of showing lasts as long as that of decoding. */
function ticksOf(streams: readonly StreamPart[], secondsOf: (unit: Unit) => number): number {
  const ends = streams.map(({ firstShown, firstDecoded, lastDecoded, lastUnit }) => {
    return firstShown + lastDecoded - firstDecoded + secondsOf(lastUnit) * TICKS_PER_SECOND
  })
  return Math.max(...ends) - Math.min(...streams.map(({ firstShown }) => firstShown))
}
