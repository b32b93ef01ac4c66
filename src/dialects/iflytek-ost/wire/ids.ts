import type { TimeMs } from '../../../core/clock.ts'
import { type Random, randomHex } from '../../../core/random.ts'

const SHANGHAI_OFFSET_MS = 8 * 3_600_000

/**
 * A session id: `ost` + 8 hex + `@dx` + Unix time in ms as 11 hex + 5 hex + `02`. Shape of the document's samples
 * (`ost00010002@dx172fd79467d7a04802`); the free digits are random here.
 */
export function newSid(random: Random, now: TimeMs): string {
  const noise = randomHex(random, 7)
  const time = now.toString(16).padStart(11, '0')
  return `ost${noise.slice(0, 8)}@dx${time}${noise.slice(8, 13)}02`
}

/** yyMMddHHmmss of China + ms: 15 digits. */
export const chinaDigits = (time: TimeMs): string =>
  new Date(time + SHANGHAI_OFFSET_MS).toISOString().slice(2, 23).replace(/\D/g, '')

/**
 * An upload id: `up_` + yyMMddHHmmss of China + ms + 9 digits, which are random here. Shape of the document's samples
 * (`up_200629084309761716841002`).
 */
export function newOstUploadId(random: Random, now: TimeMs): string {
  const noise = Buffer.from(random.bytes(6)).readUIntBE(0, 6) % 1_000_000_000
  return `up_${chinaDigits(now)}${noise.toString().padStart(9, '0')}`
}
