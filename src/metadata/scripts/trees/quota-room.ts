import type { Script } from '../script.ts'
import type { VolumeRecord } from './volume-rows.ts'

/**
 * Sees to it that `bytes` more (0 and less always fit) fit into the volume until the end of the command. Called after
 * directories and entries are locked, before blobs and counts. Errors: `quota-exceeded`.
 */
export function* requireRoom(_volume: VolumeRecord, _bytes: number): Script<void> {}
