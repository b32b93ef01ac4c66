import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openAccounts } from '../../src/accounts/index.ts'
import { parseAccounts } from '../../src/config/accounts.ts'
import type { Account } from '../../src/core/accounts.ts'
import type { AccountCommands } from '../../src/core/ports/commands/accounts.ts'
import { defineAttributes, defineCredential } from '../../src/settings/credentials.ts'
import type { DialectSettings } from '../../src/settings/dialect.ts'
import { field, freshHex } from '../../src/settings/fields.ts'
import { boolean, orNull, password, word } from '../../src/settings/kinds.ts'
import { openStores } from './stores.ts'

export const deviceKind = defineCredential({
  name: 'device',
  table: 'devices',
  help: 'a device',
  fields: {
    id: field('device_id', word, 'what people call it', { fresh: freshHex(4) }),
    key: field('device_key', word, 'what it shows', { fresh: freshHex(4) }),
    secret: field('secret', word, 'what it signs with', { ...{ secrecy: 'signing', fresh: freshHex(8) } }),
    isLoud: field('loud', boolean, 'whether it is loud', { fallback: false }),
  },
  unique: ['id', 'key'],
  foundBy: 'key',
})
export const guestKind = defineCredential({
  name: 'guest',
  table: 'guests',
  help: 'a guest of the account',
  fields: {
    name: field('name', word, 'what people call them'),
    password: field('password', password, 'what they type', { secrecy: 'password', fresh: freshHex(8) }),
  },
  unique: ['name'],
  foundBy: 'name',
  scope: 'account-name',
})
export const hookKind = defineAttributes({
  name: 'hook',
  fields: {
    url: field('hook_url', orNull(word), 'where news go', { fallback: null }),
    token: field('hook_token', orNull(word), 'what they are signed with', {
      ...{ secrecy: 'signing', fallback: null },
    }),
  },
  check: ({ url, token }) =>
    (url === null) === (token === null) ? null : 'hook_url and hook_token go together',
})

const DIALECTS: readonly DialectSettings[] = [
  {
    ...{ name: 'test', options: {}, credentials: [deviceKind, guestKind], attributes: [hookKind] },
    ...{ reserved: { segments: ['devices'], prefixes: [], buckets: [] }, demoCredentials: [], hosts: [] },
  },
]

export const CONFIGURED = parseAccounts(
  [
    {
      ...{ id: 'fixed', name: 'Fixed', access_key: 'AKFIXED', secret_key: 'secret of key' },
      devices: [{ device_id: 'd', device_key: 'k', secret: 'secret of device' }],
      guests: [{ name: 'ann', password: 'secret of ann' }],
    },
  ],
  DIALECTS,
)

type Opened = Awaited<ReturnType<typeof openAccounts>>

export interface Town {
  readonly clock: { timeMs: number }
  readonly metadata: AccountCommands
  readonly problems: string[]
  /** One node; its faults are those of `metadata`. */
  node(configured?: readonly Account[], metadata?: AccountCommands): Promise<Opened>
}

export async function townOf(t: TestContext): Promise<Town> {
  const { metadata, random, clock, blobsDir } = await openStores(t)
  const problems: string[] = []
  const node = async (configured: readonly Account[] = CONFIGURED, through: AccountCommands = metadata) => {
    const opened = await openAccounts({
      ...{ configured, metadata: through, dialects: DIALECTS, clock, random },
      ...{ secretKeyFile: join(blobsDir, 'secret.key'), onProblem: (problem) => problems.push(problem) },
    })
    t.after(() => opened.live.stop())
    return opened
  }
  return { clock, metadata, problems, node }
}
