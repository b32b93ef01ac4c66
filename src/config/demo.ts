import { existsSync, readFileSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import { join } from 'node:path'
import { parse as parseToml, stringify as toToml } from 'smol-toml'
import type { Account } from '../core/accounts.ts'
import type { Random } from '../core/random.ts'
import { makeFolders, removeDrafts, syncFolders, syncPath, writeOnce } from '../durable-files.ts'
import type { DialectSettings } from '../settings/dialect.ts'
import { ConfigError, shown } from '../settings/error.ts'
import type { Address } from '../settings/kinds.ts'
import { freshAccount, parseAccounts } from './accounts.ts'
import type { Config } from './load.ts'

export interface DemoAccount {
  readonly account: Account
  readonly file: string
  readonly isNew: boolean
}

/**
 * Refuses a demo account that other machines could call. Errors: ConfigError where no accounts are configured, a listener's address is not a
 * loopback one, and nobody asked for it.
 */
export function requireDemoAllowed(
  { accounts, server, tls, dialects: options }: Config,
  dialects: readonly Pick<DialectSettings, 'name' | 'listener'>[] = [],
): void {
  if (accounts !== null || server.demoAccount === 'always') return
  const own = dialects.flatMap(({ name, listener }) =>
    listener === undefined ? [] : [[listener.key, listener.wanted(options[name] ?? {})] as const],
  )
  for (const [key, address] of [
    ['listen', server.listen] as const,
    ['tls.listen', tls.listen] as const,
    ...own,
  ]) {
    if (address === null || address === 'off' || isLoopback(address.host)) continue
    throw new ConfigError(
      `demo_account: none is made, because ${key} ${shown(addressText(address))} is for other machines; accepted: accounts (an empty list for those that commands make), a loopback address, or demo_account = "always"`,
    )
  }
}

const addressText = ({ host, port }: Address): string => `${host.includes(':') ? `[${host}]` : host}:${port}`

/** Whether only this machine reaches what listens there. Other names than `localhost` may lead anywhere. */
function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true
  const version = isIP(host)
  return version !== 0 && LOOPBACK.check(host, version === 4 ? 'ipv4' : 'ipv6')
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** Whether a data folder has its demo account already. */
export const hasDemoAccount = (dataDir: string): boolean => existsSync(demoFile(dataDir))

/** The demo account of a data folder. The first start makes it with random secrets. Later starts find it. */
export function demoAccount(
  dataDir: string,
  random: Random,
  dialects: readonly DialectSettings[],
): DemoAccount {
  const file = demoFile(dataDir)
  const isNew = !existsSync(file)
  if (isNew) {
    syncFolders(dataDir, makeFolders(dataDir))
    writeOnce(file, toToml({ accounts: [freshAccount('demo', random, dialects)] }))
  } else {
    // An earlier start may have ended before that.
    syncPath(dataDir)
    removeDrafts(file)
  }
  const [account] = parseAccounts(parseToml(readFileSync(file, 'utf8')).accounts, dialects)
  if (account === undefined) throw new Error(`${file} holds no account; remove it to get a new one`)
  return { account, file, isNew }
}

const demoFile = (dataDir: string): string => join(dataDir, 'demo-account.toml')
