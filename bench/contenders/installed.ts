import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { cacheFolder } from '../load/build.ts'

// Other servers are installed into a cache folder: nothing of them is part of the project. What cannot be installed is skipped, with the reason.
export const VERSIONS = {
  tus: { '@tus/server': '2.4.5', '@tus/file-store': '2.1.1' },
  tusd: 'github.com/tus/tusd/v2/cmd/tusd@v2.9.1',
} as const

const PACKAGE_SET = Object.entries(VERSIONS.tus).map(([name, version]) => `${name}@${version}`)

/** A program or folder that is there, or why it is not. */
export type Installed = { readonly path: string } | { readonly missing: string }

/** Go is often installed there, and not on the path. */
export const GO = existsSync('/usr/local/go/bin/go') ? '/usr/local/go/bin/go' : 'go'

/** The folder with `@tus/server` and its store, by npm. */
export function installedTus(): Installed {
  const folder = join(cacheFolder(), 'tus', Object.values(VERSIONS.tus).join('-'))
  if (existsSync(join(folder, 'node_modules/@tus/server'))) return { path: folder }
  mkdirSync(folder, { recursive: true })
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, ...PACKAGE_SET]
  return ran('npm', args) ?? { path: folder }
}

/** tusd, built by Go. */
export function installedTusd(): Installed {
  const folder = join(cacheFolder(), VERSIONS.tusd.replace(/.*@/, 'tusd-'))
  const path = join(folder, 'tusd')
  if (existsSync(path)) return { path }
  return ran(GO, ['install', VERSIONS.tusd], { GOBIN: folder }) ?? { path }
}

/** versitygw, which the tests of the S3 store use too. */
export function installedVersitygw(): Installed {
  const path = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'stowage-test/versitygw')
  if (existsSync(path)) return { path }
  const failed = ran('bash', [resolve(import.meta.dirname, '../../scripts/install-test-s3.sh')])
  return failed ?? (existsSync(path) ? { path } : { missing: 'there is no Go' })
}

/** nginx as Debian has it: unpacked, and not set up as a service. */
export const installedNginx = (): Installed => fromDebian('nginx', 'usr/sbin/nginx')

function fromDebian(name: string, program: string): Installed {
  const folder = join(cacheFolder(), `debian-${name}`)
  const path = join(folder, program)
  if (existsSync(path)) return { path }
  mkdirSync(folder, { recursive: true })
  const failed = ran('apt-get', ['download', name], {}, folder)
  if (failed !== null) return failed
  const packed = readdirSync(folder).find((file) => file.endsWith('.deb')) ?? ''
  return ran('dpkg', ['-x', packed, '.'], {}, folder) ?? { path }
}

/** Null when the command did what it should. */
function ran(command: string, args: readonly string[], env = {}, cwd?: string): { missing: string } | null {
  const all = {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    ...(cwd === undefined ? {} : { cwd }),
  } as const
  const { error, status, stderr } = spawnSync(command, args, all)
  if (error !== undefined) return { missing: `there is no ${command}` }
  return status === 0 ? null : { missing: `${command} ${args[0]}: ${stderr.trim().split('\n').at(-1)}` }
}
