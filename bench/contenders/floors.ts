import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startProgram } from '../frame/processes.ts'
import { cacheFolder } from '../load/build.ts'
import { freshFolder } from './folder.ts'
import { GO } from './installed.ts'
import type { PlainServer } from './plain.ts'

const FLOORS = resolve(import.meta.dirname, '../floors')

const FILE = 'each body is a file, synced (fdatasync); its folder is not'

/** Floors that run on Node, by name. */
export const NODE_FLOORS = {
  discard: nodeFloor('Node: receive, discard', 'nothing is kept', 'receive.ts', ['discard']),
  file: nodeFloor('Node: file, synced', FILE, 'receive.ts', ['file']),
  fileMd5: nodeFloor('Node: file, synced, MD5', FILE, 'receive.ts', ['file-md5']),
  groupCommit: nodeFloor(
    'Node: SQLite, group commit',
    'bodies in SQLite, synced, many at once',
    'group-commit.ts',
    [],
  ),
}

/** Floors in Go, by name. */
export const GO_FLOORS = {
  discard: goFloor('Go: receive, discard', 'nothing is kept', 'discard'),
  file: goFloor('Go: file, synced', FILE, 'file'),
  fileMd5: goFloor('Go: file, synced, MD5', FILE, 'file-md5'),
  log: goFloor('Go: one log, group sync', 'bodies in one file, synced, many at once', 'log'),
}

function nodeFloor(name: string, syncs: string, file: string, args: readonly string[]): PlainServer {
  return {
    ...{ name, syncs, missing: async () => null },
    start: () => startFloor(process.execPath, [join(FLOORS, file), ...args]),
  }
}

function goFloor(name: string, syncs: string, mode: string): PlainServer {
  return {
    ...{ name, syncs },
    missing: async () => (goProgram() === null ? 'there is no Go' : null),
    start: () => startFloor(goProgram() ?? '', [mode]),
  }
}

/** Starts a program that is told a folder and prints its port. */
async function startFloor(command: string, args: readonly string[]) {
  const folder = freshFolder()
  const program = await startProgram(command, [...args, folder.path])
  const stop = async (): Promise<void> => {
    await program.stop()
    folder.remove()
  }
  return { port: Number(program.firstLine), pids: [program.pid], stop }
}

/** A server of one file, checked or not. */
export const startReadFloor = async (path: string, mode: 'checked' | 'unchecked') => {
  const program = await startProgram(process.execPath, [join(FLOORS, 'read.ts'), path, mode])
  return { port: Number(program.firstLine), pids: [program.pid], stop: () => program.stop() }
}

/** The floors in Go, built when their source has changed. Null without Go. */
function goProgram(): string | null {
  const source = join(FLOORS, 'go')
  const hash = createHash('sha256')
    .update(readFileSync(join(source, 'main.go')))
    .digest('hex')
  const program = join(cacheFolder(), `floors-${hash.slice(0, 16)}`)
  if (existsSync(program)) return program
  const { status, error, stderr } = spawnSync(GO, ['build', '-o', program, '.'], { cwd: source })
  if (error !== undefined) return null
  if (status !== 0) throw new Error(`go build: ${stderr}`)
  return program
}
