/** Milliseconds since the Unix epoch. */
export type TimeMs = number

export interface Clock {
  now(): TimeMs
}

/** Milliseconds of a clock that only goes forward, from no known time on. */
export type Ticks = () => number
