import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACCOUNT } from '../../../support/harness.ts'
import { startS3 } from '../rig.ts'

/** What a run of versitygw's cases showed: what each failed with, by its name, and which passed. */
export interface CasesShown {
  readonly failed: ReadonlyMap<string, string>
  readonly passed: ReadonlySet<string>
}

const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
const OWNER = ACCOUNT.id

/** Made by scripts/install-test-s3.sh. */
export const VERSITYGW = join(cache, 'stowage-test', 'versitygw')

export const hasVersitygw = (): boolean => existsSync(VERSITYGW)

// biome-ignore lint/suspicious/noControlCharactersInRegex: its output has colours
const COLOURS = /\x1b\[[0-9;]*m/g

/** Runs `versitygw test` with these arguments against a fresh server. Some cases begin its program by a path of the working folder. */
export async function runCases(args: readonly string[]): Promise<CasesShown> {
  const folder = await mkdtemp(join(tmpdir(), 'stowage-cases-'))
  await symlink(VERSITYGW, join(folder, 'versitygw'))
  // It takes the access key for the owner's id.
  const rig = await startS3({ accounts: [{ ...ACCOUNT, id: OWNER, access_key: OWNER }] })
  try {
    const { AWS_CA_BUNDLE: _, ...env } = process.env
    const keys = ['-a', OWNER, '-s', ACCOUNT.secret_key]
    const child = spawn(VERSITYGW, ['test', '-e', rig.url, ...keys, ...args], { cwd: folder, env })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    await new Promise((ended) => child.on('close', ended))
    return shownBy(output.replaceAll(COLOURS, ''))
  } finally {
    await rig.stop()
    await rm(folder, { recursive: true })
  }
}

/** A bucket that cannot be removed is told behind a case that passed as well. */
function shownBy(output: string): CasesShown {
  const failed = new Map<string, string>()
  const passed = new Set<string>()
  for (const line of output.split('\n')) {
    const [, name = '', why = ''] = /^FAIL (\w+):? ?(.*)$/.exec(line) ?? []
    if (name !== '') failed.set(name, why)
    const [, good = ''] = /PASS (\w+)$/.exec(line) ?? []
    if (good !== '') passed.add(good)
  }
  for (const name of failed.keys()) passed.delete(name)
  return { failed, passed }
}
