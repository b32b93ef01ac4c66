import { checked, measured, sizeOf } from './checked.ts'
import { type Copied, copyAll } from './copying.ts'
import { backupPath, type Manifest, segmentPath } from './manifest.ts'
import type { Place } from './place.ts'
import { segmentsOf } from './segment-list.ts'
import type { Hearers } from './telling.ts'
import type { Throttle } from './throttle.ts'

export interface Verifying {
  readonly place: Place
  readonly backup: Manifest
  readonly throttle: Throttle
  readonly hear: Hearers
}

/** Reads all that a backup has and compares it with its sums. Segments that are wrong are told. Errors: `storage-failed` for its other files. */
export async function verifyBackup({ place, backup, throttle, hear }: Verifying): Promise<Copied> {
  for (const file of [backup.facts, ...backup.keys])
    await drain(measured(throttle(place.read(backupPath(backup.name, file.file))), file))
  return copyAll({
    ...{ doing: 'segments', segments: segmentsOf(place, backup), of: backup.segments.count, hear },
    copy: async ({ name, extents }) => {
      if (sizeOf(extents) > 0) await drain(throttle(checked(place.read(segmentPath(name)), extents)))
      return true
    },
  })
}

async function drain(source: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of source);
}
