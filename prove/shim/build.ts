import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Impossible } from '../proof.ts'

/** Files that promise nothing after a crash: SQLite's index of the log, which it makes anew, and room that is kept. */
export const UNPROMISED = ['-shm', '-headroom'] as const

export interface Shim {
  /**
   * The environment in which a program, its threads and its children are watched. `root`: the folder below which files count; `log`:
   * where changes are written down; `faults`: the file of the rules that faults are played by.
   */
  environment(watched: {
    readonly root: string
    readonly log?: string
    readonly faults?: string
  }): Readonly<Record<string, string>>
}

/** Builds the shim with the C compiler that is here, into `folder`. Errors: Impossible where none is, or where it cannot. */
export function buildShim(folder: string): Shim {
  if (process.platform !== 'linux') throw new Impossible('the shim is for Linux')
  const sources = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.c'))
  const library = join(folder, 'shim.so')
  const options = ['-O2', '-Wall', '-Werror', '-shared', '-fPIC', '-o', library]
  const command = [...options, ...sources.map((name) => join(import.meta.dirname, name)), '-ldl', '-lpthread']
  const { error, status, stderr } = spawnSync('cc', command, { encoding: 'utf8' })
  if (error !== undefined) throw new Impossible(`there is no C compiler, cc (${error.message})`)
  if (status !== 0) throw new Impossible(`the C compiler failed: ${stderr.slice(0, 500)}`)
  return {
    environment: ({ root, log, faults }) => ({
      ...{ LD_PRELOAD: library, SHIM_ROOT: root, SHIM_IGNORE: UNPROMISED.join(':') },
      ...(log === undefined ? {} : { SHIM_LOG: log }),
      ...(faults === undefined ? {} : { SHIM_FAULTS: faults }),
      // What goes by a ring of the kernel's passes the shim by.
      UV_USE_IO_URING: '0',
    }),
  }
}
