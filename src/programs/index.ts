import type { Programs } from '../core/ports/programs.ts'
import { DiskRoom } from '../disk-room.ts'
import { Folders } from './folders.ts'
import { runProgram } from './run.ts'

export { createPictures } from './pictures.ts'

/**
 * Runs the operator's programs on this machine. `folder` is where their files are put for a while; what an earlier process has
 * left there is removed. `environment` is what they see beside their own. Of the folder's disk `reserveBytes` stay free.
 */
export function createPrograms(
  folder: string,
  environment: Readonly<Record<string, string>>,
  reserveBytes: number,
): Programs {
  const folders = new Folders(folder, new DiskRoom(folder, reserveBytes))
  return {
    run: (program) => runProgram(program, { ...environment, TMPDIR: program.folder }),
    withFile: (name, bytes, use) => folders.withFile(name, bytes, use),
  }
}
