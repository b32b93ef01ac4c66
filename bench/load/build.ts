import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const SOURCES = { load: ['load.c', 'plan.c', 'report.c'], sink: ['sink.c'] } as const
const HEADERS = ['http.h', 'plan.h', 'report.h']

/** Where the bench keeps what it builds and installs. */
export function cacheFolder(): string {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'stowage-bench')
  mkdirSync(folder, { recursive: true })
  return folder
}

/** The path of a program of this folder, which is compiled when its sources have changed. Null where no C compiler is. */
export function builtProgram(name: keyof typeof SOURCES): string | null {
  const sources = SOURCES[name]
  const hash = createHash('sha256')
  for (const file of [...sources, ...HEADERS]) hash.update(readFileSync(join(import.meta.dirname, file)))
  const program = join(cacheFolder(), `${name}-${hash.digest('hex').slice(0, 16)}`)
  if (existsSync(program)) return program
  const files = sources.map((file) => join(import.meta.dirname, file))
  const { status, error, stderr } = spawnSync('cc', ['-O2', '-Wall', '-o', `${program}.new`, ...files])
  if (error !== undefined) return null
  if (status !== 0) throw new Error(`cc: ${stderr}`)
  renameSync(`${program}.new`, program)
  return program
}
