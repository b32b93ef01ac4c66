import { platform } from 'node:os'

/** All of 127.0.0.0/8 is this machine's on Linux; elsewhere everybody has one address. */
const isWide = platform() === 'linux'
const addressAt = (second: number, index: number): string =>
  isWide ? `127.${second}.${Math.floor(index / 250) % 250}.${(index % 250) + 1}` : '127.0.0.1'

/** Of the hostile client of this number. */
export const hostileAddress = (index: number): string => addressAt(1, index)
/** Of the honest client of this number. */
export const honestAddress = (index: number): string => addressAt(2, index)
/** Of who asks for `/healthz`. */
export const watcherAddress = addressAt(3, 0)
