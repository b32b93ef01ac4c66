import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACCOUNT } from '../../../support/harness.ts'
import { startS3 } from '../rig.ts'

const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
/** Made by scripts/install-test-s3.sh. */
const VERSITYGW = join(cache, 'stowage-test', 'versitygw')
/** Cases at a time, each of its own server. */
const SIDE_BY_SIDE = 4

export const hasVersitygw = (): boolean => existsSync(VERSITYGW)

/** The lines of a file beside this one, without comments. */
export async function linesOf(file: string): Promise<readonly string[]> {
  const text = await readFile(new URL(file, import.meta.url), 'utf8')
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

/**
 * Runs cases of `versitygw test`, each in a process and an account of its own: all call their first bucket the same, and one that panics ends no
 * other. Returns what each failed with, by its name; empty for one that passed. Some begin its program by a path of the working folder.
 */
export async function runCases(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'stowage-cases-'))
  await symlink(VERSITYGW, join(folder, 'versitygw'))
  const shown = new Map<string, string>()
  const left = names.map((name, index) => ({ name, owner: String(2_200_000_000 + index) }))
  // It takes the access key for the owner's id.
  const accounts = left.map(({ owner }) => ({
    ...{ id: owner, name: owner, access_key: owner, secret_key: ACCOUNT.secret_key },
  }))
  const lane = async () => {
    const rig = await startS3({ accounts })
    try {
      for (let next = left.shift(); next !== undefined; next = left.shift())
        shown.set(next.name, await runCase(next.name, { url: rig.url, owner: next.owner, cwd: folder }))
    } finally {
      await rig.stop()
    }
  }
  try {
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane))
    return shown
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function runCase(
  name: string,
  { url, owner, cwd }: { readonly url: string; readonly owner: string; readonly cwd: string },
): Promise<string> {
  const { AWS_CA_BUNDLE: _, ...env } = process.env
  const keys = ['-a', owner, '-s', ACCOUNT.secret_key]
  const child = spawn(VERSITYGW, ['test', '-e', url, ...keys, name], { cwd, env })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  await new Promise((ended) => child.on('close', ended))
  const [, failure] = /FAIL .*?: (.*)/.exec(output) ?? /(panic: .*)/.exec(output) ?? []
  if (failure !== undefined) return failure
  return output.includes('PASS') ? '' : 'it did not run'
}
