import type { SegmentName } from '../core/ids.ts'
import { storageFailed } from './failures.ts'

const NAME = /^[0-9a-f]{32}$/

/** A text that may be a segment's name, or null. */
export const parseSegmentName = (text: string): SegmentName | null =>
  NAME.test(text) ? (text as SegmentName) : null

/** Where a segment lies in a store: `<first two digits>/<name>`. Refuses anything but 32 lower-case hex digits. */
export function segmentPlace(name: SegmentName): string {
  if (!NAME.test(name)) throw storageFailed('a segment name is not 32 hex digits')
  return `${name.slice(0, 2)}/${name}`
}
