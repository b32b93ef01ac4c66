import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseToml, stringify as toToml } from 'smol-toml'
import type { Account } from '../core/accounts.ts'
import type { Random } from '../core/random.ts'
import { type AccountEntry, parseAccounts } from './accounts.ts'

export interface DemoAccount {
  readonly account: Account
  readonly file: string
  readonly isNew: boolean
}

/** Whether a data folder has its demo account already. */
export const hasDemoAccount = (dataDir: string): boolean => existsSync(demoFile(dataDir))

/** The demo account of a data folder; made with random secrets at the first start, the same ever after. */
export function demoAccount(dataDir: string, random: Random): DemoAccount {
  const file = demoFile(dataDir)
  const isNew = !existsSync(file)
  if (isNew) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    writeWhole(file, toToml({ accounts: [makeEntry(random)] }))
  }
  const [account] = parseAccounts(parseToml(readFileSync(file, 'utf8')).accounts)
  if (account === undefined) throw new Error(`${file} holds no account; remove it to get a new one`)
  return { account, file, isNew }
}

const demoFile = (dataDir: string): string => join(dataDir, 'demo-account.toml')

/** However the process ends, the file is there as a whole or not at all. */
function writeWhole(file: string, text: string): void {
  const draft = `${file}.new`
  writeFileSync(draft, text, { mode: 0o600, flush: true })
  renameSync(draft, file)
}

function makeEntry(random: Random): AccountEntry {
  const hex = (bytes: number) => Buffer.from(random.bytes(bytes)).toString('hex')
  const base64 = (bytes: number) => Buffer.from(random.bytes(bytes)).toString('base64')
  return {
    id: String(2_100_000_000 + (Buffer.from(random.bytes(4)).readUInt32BE() % 100_000_000)),
    name: 'demo',
    access_key: `AKLT${hex(16)}`,
    secret_key: base64(30),
    apps: [{ app_id: hex(4), api_key: hex(16), api_secret: base64(24) }],
    libraries: [{ id: `smh${hex(6)}`, secret: hex(16) }],
    projects: [{ id: hex(16), name: 'cn-north-4' }],
    users: [{ name: 'demo', password: base64(18) }],
  }
}
