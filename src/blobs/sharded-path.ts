import { parseSegmentName, type SegmentName } from '../core/ids.ts'
import { storageFailed } from './failures.ts'

/** Where a segment lies in a store: `<first two digits>/<name>`. Refuses anything but 32 lower-case hex digits. */
export function shardedPath(name: SegmentName): string {
  if (parseSegmentName(name) === null) throw storageFailed('a segment name is not 32 hex digits')
  return `${name.slice(0, 2)}/${name}`
}
