import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import type { TestContext } from 'node:test'

/** From now on, the paths of what is synced, in order. */
export function watchedSyncs(t: TestContext): readonly string[] {
  const synced: string[] = []
  const names = new Map<number, string>()
  const { openSync, fsyncSync } = fs
  t.mock.method(fs, 'openSync', (...args: Parameters<typeof openSync>) => {
    const fd = openSync(...args)
    names.set(fd, String(args[0]))
    return fd
  })
  t.mock.method(fs, 'fsyncSync', (fd: number) => {
    synced.push(names.get(fd) ?? '')
    fsyncSync(fd)
  })
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
  return synced
}
