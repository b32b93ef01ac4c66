import { spawnSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { temporaryFolder } from './folder.ts'

/** A small file system of its own, which is full when it is full. */
export interface SmallDisk {
  /** A folder on it. */
  readonly dir: string
  /** Free bytes. */
  free(): number
  /** Fills it with other things, or removes some, so that `bytes` are free. */
  leave(bytes: number): void
}

const CHUNK = Buffer.alloc(64 * 1024, 1)

/** Mounts a file system of `sizeMib` that goes at the end of the test file; null where that is not allowed. */
export function smallDisk(sizeMib: number): SmallDisk | null {
  const above = temporaryFolder()
  const mount = join(above, 'disk')
  mkdirSync(mount)
  const options = ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'stowage-test', mount]
  const isMounted = spawnSync('mount', options).status === 0
  after(() => {
    if (isMounted) spawnSync('umount', ['-l', mount])
    rmSync(above, { recursive: true })
  })
  if (!isMounted) return null
  const dir = join(mount, 'data')
  const ballast = join(mount, 'ballast')
  mkdirSync(dir)
  closeSync(openSync(ballast, 'a'))
  const free = () => {
    const { bavail, bsize } = statfsSync(mount)
    return bavail * bsize
  }
  const leave = (bytes: number) => {
    const excess = free() - bytes
    if (excess < 0) truncateSync(ballast, Math.max(0, statSync(ballast).size + excess))
    else grow(ballast, excess)
  }
  return { dir, free, leave }
}

export const cannotMount = 'a small tmpfs cannot be mounted here (it takes root)'

function grow(file: string, bytes: number): void {
  const fd = openSync(file, 'a')
  try {
    for (let left = bytes; left > 0; ) left -= writeSync(fd, CHUNK, 0, Math.min(left, CHUNK.byteLength))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  } finally {
    closeSync(fd)
  }
}
