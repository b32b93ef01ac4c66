import type { Programs } from '../core/ports/programs.ts'
import type { DiskRoom } from '../disk-room.ts'
import { Folders } from './folders.ts'
import { runProgram } from './run.ts'

/**
 * Runs the operator's programs on this machine. `folder` is where their files are put for a while; what an earlier process has
 * left there is removed. `environment` is what they see beside their own. `room` is that of the folder's disk.
 */
export function createPrograms(
  folder: string,
  environment: Readonly<Record<string, string>>,
  room: DiskRoom,
): Programs {
  const folders = new Folders(folder, room)
  return {
    run: (program) =>
      runProgram(program, { ...environment, TMPDIR: program.folder }, (group) => {
        // The folder may be gone by now. Without the note, a crash leaves the program running.
        folders.noteGroup(program.folder, group).catch(() => {})
      }),
    withFile: (name, bytes, use) => folders.withFile(name, bytes, use),
  }
}
