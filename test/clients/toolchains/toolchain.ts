import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import type { Command } from '../program.ts'

/** How the programs of one language get their packages and are run. */
export interface Toolchain {
  /** Why it cannot be used on this machine, or false. */
  missing(): Promise<string | false>
  /** The version of each package that the language's file of versions names, by package name. */
  versions(): ReadonlyMap<string, string>
  /** Installs and builds what is not there yet; how programs are then run. */
  prepare(): Promise<(program: string) => Command>
}

/** The folder of the clients' programs. */
export const CLIENTS_FOLDER = join(import.meta.dirname, '..')

const run = promisify(execFile)
/** Bytes of output that an installation may print. */
const OUTPUT_MAX = 64 * 1024 * 1024

/** Runs a command to its end; rejects with what it printed. */
export async function command(file: string, args: readonly string[], cwd = CLIENTS_FOLDER): Promise<string> {
  try {
    return (await run(file, args, { cwd, maxBuffer: OUTPUT_MAX })).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string }
    throw new Error(`${file} ${args.join(' ')}:\n${stdout}${stderr}`, { cause: error })
  }
}

/** Why a command cannot be used, or false. */
export async function lacks(file: string, ...args: readonly string[]): Promise<string | false> {
  try {
    await command(file, args)
    return false
  } catch {
    return `needs ${file}`
  }
}

/** The files below a folder of clients, by their paths from there on. */
export const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(CLIENTS_FOLDER, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(CLIENTS_FOLDER, join(entry.parentPath, entry.name)))
    .sort()

/**
 * A folder outside the project whose content follows from `sources`, files below the folder of clients. `fill` makes it unless
 * an earlier run did, and begins anew where one was interrupted.
 */
export async function cached(
  name: string,
  sources: readonly string[],
  fill: (folder: string) => Promise<unknown>,
): Promise<string> {
  const hash = createHash('sha256')
  for (const source of sources) hash.update(source).update(readFileSync(join(CLIENTS_FOLDER, source)))
  const folder = join(cacheFolder(), `${name}-${hash.digest('hex').slice(0, 16)}`)
  const mark = join(folder, 'complete')
  if (existsSync(mark)) return folder
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await fill(folder)
  writeFileSync(mark, '')
  return folder
}

const cacheFolder = (): string =>
  process.env.STOWAGE_TEST_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'stowage-test')
