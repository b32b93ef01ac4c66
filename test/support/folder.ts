import { existsSync, mkdtempSync, readdirSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that the caller removes. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'stowage-test-'))

/** Why `openFilesIn` cannot be asked here, or false where it can. */
export const cannotListOpenFiles = existsSync('/proc/self/fd') ? false : 'this system has no /proc/self/fd'

/** The files below `dir`, removed ones included, that this process has open. */
export function openFilesIn(dir: string): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(join('/proc/self/fd', fd))
      return target.startsWith(dir) ? [target] : []
    } catch {
      // The descriptor of the listing itself.
      return []
    }
  })
}
