import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../test/support/free-port.ts'
import { spawnServer } from '../../test/support/harness.ts'
import { SeededRandom } from '../../test/support/seeded.ts'
import { DOOR_SETTINGS, doorsAt } from '../known/index.ts'
import { type Known, liveOne } from '../known/life.ts'
import type { Shim } from '../shim/build.ts'
import { type Entry, Marker, parseLog } from './log.ts'

/** Where the data folder lies below the root; the folders above it are made by the server. */
export const DATA_PATH = 'srv/stowage/data'

export interface Recording {
  readonly entries: readonly Entry[]
  /** The folder below which was watched, which is there and durable. */
  readonly root: string
  /** Its inode. */
  readonly rootNumber: number
  /** Those of a server that goes on with what it has left: at the same address, so that what was handed out leads there. */
  readonly settings: Readonly<Record<string, string>>
  /** `demo`: the server made its own account. */
  readonly accounts: 'demo' | 'configured'
  readonly isRelaxed: boolean
}

/** What clients write into the log. */
export type Mark = { readonly type: 'started' } | { readonly type: 'known'; readonly known: Known }

export interface Load {
  readonly shim: Shim
  /** Is there, and empty. */
  readonly folder: string
  readonly seed: number
  readonly lives: number
  /** How often the server is ended and started in the course of that. */
  readonly starts: number
  readonly settings: Readonly<Record<string, string>>
  readonly accounts?: 'demo'
}

/** Clients at a time. */
const WIDTH = 4

/** What is removed is swept soon. */
const SETTINGS = { ...DOOR_SETTINGS, sweep_interval_s: '1' }

/** Runs a watched server on an empty folder under clients of all dialects, and gives what it did to the disk with what they were answered. */
export async function recordLoad(load: Load): Promise<Recording> {
  const [root, log] = [join(load.folder, 'root'), join(load.folder, 'log')]
  mkdirSync(root)
  closeSync(openSync(log, 'a'))
  const marker = new Marker(log)
  const settings: Record<string, string> = {
    ...SETTINGS,
    listen: `127.0.0.1:${await freePort()}`,
    ...load.settings,
  }
  const random = new SeededRandom(load.seed)
  const mark = (mark: Mark): void => marker.mark(JSON.stringify(mark))
  const { accounts } = load
  try {
    for (let start = 0, life = 0; start < load.starts; start += 1) {
      const env = load.shim.environment({ root, log })
      const more = accounts === undefined ? {} : { accounts }
      const server = await spawnServer({ dataDir: join(root, DATA_PATH), settings, env, ...more })
      mark({ type: 'started' })
      const doors = doorsAt(server.url)
      const until = Math.round((load.lives * (start + 1)) / load.starts)
      const tell = (known: Known): void => mark({ type: 'known', known })
      const client = async (): Promise<void> => {
        while (life < until) {
          life += 1
          await liveOne({ life, door: life % doors.length, doors: () => doors, random, tell })
        }
      }
      try {
        await Promise.all(Array.from({ length: WIDTH }, client))
        await server.kill('SIGTERM')
      } finally {
        await server.dispose()
      }
    }
  } finally {
    marker.close()
  }
  return {
    ...{ entries: parseLog(readFileSync(log)), root, rootNumber: statSync(root).ino, settings },
    ...{ accounts: accounts ?? 'configured', isRelaxed: settings.durability === 'relaxed' },
  }
}
