import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseToml, stringify as toToml } from 'smol-toml'
import type { Account } from '../core/accounts.ts'
import type { Random } from '../core/random.ts'
import { makeFolders, syncFolders, writeOnce } from '../durable-files.ts'
import type { DialectSettings } from '../settings/dialect.ts'
import { freshAccount, parseAccounts } from './accounts.ts'

export interface DemoAccount {
  readonly account: Account
  readonly file: string
  readonly isNew: boolean
}

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
  }
  const [account] = parseAccounts(parseToml(readFileSync(file, 'utf8')).accounts, dialects)
  if (account === undefined) throw new Error(`${file} holds no account; remove it to get a new one`)
  return { account, file, isNew }
}

const demoFile = (dataDir: string): string => join(dataDir, 'demo-account.toml')
