import { existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { tokenFile } from '../admin/index.ts'
import { ADMIN_ADDRESS } from '../config/admin.ts'
import type { Config } from '../config/load.ts'
import { messageOf } from '../core/errors.ts'
import type { JsonObject } from '../core/model/json.ts'
import { ConfigError } from '../settings/error.ts'

/** Adds the flags of commands that ask a running server. */
export const withAdmin = (command: Command): Command =>
  command
    .option('--admin <url>', 'where the admin listener is (default: that of the configuration)')
    .option('--token <token>', "the operator's token (default: that of the data folder)")

/** What such a command is given. */
export interface AdminFlags {
  readonly admin?: string
  readonly token?: string
}

/** What the admin API answers to a GET. Errors: ConfigError, one line, where it cannot be reached or refuses. */
export async function askAdmin(
  path: string,
  { admin, token }: AdminFlags,
  config: Config,
): Promise<JsonObject> {
  const base = (admin ?? standardUrl(config)).replace(/\/+$/, '')
  const authorization = `Bearer ${token ?? standardToken(config)}`
  const answer = await fetch(`${base}${path}`, { headers: { authorization } }).catch((error: unknown) => {
    throw new ConfigError(
      `--admin: ${base} cannot be reached: ${reasonOf(error)}; accepted: the address of a running server's admin listener`,
    )
  })
  const body = (await answer.json().catch(() => ({}))) as JsonObject
  if (answer.ok) return body
  throw new ConfigError(`${base} answered ${answer.status}: ${body.detail ?? answer.statusText}`)
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error)

function standardUrl({ admin }: Config): string {
  const { host, port } = admin.listen === null || admin.listen === 'off' ? ADMIN_ADDRESS : admin.listen
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function standardToken({ admin, server }: Config): string {
  if (admin.token !== '') return admin.token
  const file = tokenFile(server.dataDir)
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  throw new ConfigError(
    `--token: ${file} is not there; accepted: the operator's token, or the server's own --data-dir`,
  )
}
