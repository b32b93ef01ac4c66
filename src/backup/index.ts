import { messageOf } from '../core/errors.ts'
import { ConfigError } from '../settings/error.ts'
import { openFolderPlace } from './folder-place.ts'
import type { Place } from './place.ts'

export { checked } from './checked.ts'
export type { KeyFile } from './keys.ts'
export { chosen, type Manifest, readPlace } from './manifest.ts'
export { pauseSweep } from './pause.ts'
export type { Place } from './place.ts'
export { type RestoreOptions, restoreBackup } from './restore.ts'
export { type BackupOptions, type BackupReport, takeBackup } from './take.ts'
export type { Hearers, Progress } from './telling.ts'
export { createThrottle, type Throttle } from './throttle.ts'
export { verifyBackup } from './verify.ts'

/** Opens a place of backups: a folder, or `s3://bucket/prefix?…` as `blobs` takes it. Errors: ConfigError, those of `Place`. */
export async function openPlace(where: string): Promise<Place> {
  if (!where.startsWith('s3:')) return openFolderPlace(where)
  const { parseS3Url } = await import('../blobs/s3/index.ts')
  try {
    parseS3Url(where)
  } catch (error) {
    throw new ConfigError(
      `${messageOf(error)}; accepted: a folder, or s3://bucket/prefix?endpoint=http://host:port`,
    )
  }
  const { openS3Place } = await import('./s3-place.ts')
  return openS3Place(where)
}
