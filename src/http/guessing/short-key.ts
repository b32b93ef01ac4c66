import { createHash } from 'node:crypto'

const LENGTH_MAX = 96

/** A key of bounded length for texts that clients choose. */
export function shortKey(...texts: readonly string[]): string {
  const key = texts.join('\n')
  return key.length <= LENGTH_MAX ? key : createHash('sha256').update(key).digest('base64')
}
