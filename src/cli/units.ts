const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** An amount of bytes for people: `1.5 MB`. */
export function inUnits(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1)
  const amount = bytes / 1000 ** power
  return `${power === 0 ? amount : amount.toFixed(1)} ${UNITS[power]}`
}
