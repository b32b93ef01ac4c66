/** Milliseconds since the Unix epoch. */
export type TimeMs = number

export interface Clock {
  now(): TimeMs
}
