import type { Command } from 'commander'
import type { Desks, KeyTerms, KeyView, NewKey } from '../../accounts/index.ts'
import { accountFields } from '../../config/account-fields.ts'
import { rightsFields } from '../../config/key-fields.ts'
import { CoreError } from '../../core/errors.ts'
import { ALL_RIGHTS } from '../../core/model/accounts.ts'
import type { Dialect } from '../../dialects/dialect.ts'
import { type Entry, field, readFields } from '../../settings/fields.ts'
import { orNull, sized, time } from '../../settings/kinds.ts'
import { type DeskCommand, deskCommands, type Told } from './desk-command.ts'
import { keyLine, secretLines } from './lines.ts'

const ACCOUNT = ['account', "the account's id"] as const
const KEY = ['access-key', 'what signatures name it by'] as const

const TERMS = {
  label: field('label', sized(0, 256), "the owner's word for it", { fallback: '' }),
  ...rightsFields,
  expiresAt: field('expires_at', orNull(time), 'from when on it is refused', { fallback: null }),
}

/** `stowage key`: the key pairs of accounts. Two may live side by side while one replaces another. */
export function keyCommand(dialects: readonly Dialect[]): Command {
  const { accessKey, secretKey } = accountFields(dialects)
  const add: DeskCommand = {
    name: 'add',
    description: 'add a key pair, and show its secret this once',
    takes: [ACCOUNT],
    fields: { accessKey, secretKey, ...TERMS },
    run: async ({ keys }, [account = ''], given) => {
      const { access_key, secret_key, ...rest } = given
      const pair = definedOf({ access_key, secret_key })
      return toldNew(await keys.add(account, termsOf(rest), pair))
    },
  }
  const commands = [list, add, rotate, update, switching('disable', true), switching('enable', false), remove]
  return deskCommands('key', 'make, list, rotate, disable and delete key pairs', commands, dialects)
}

const list: DeskCommand = {
  name: 'list',
  description: "show the account's key pairs, without secrets",
  takes: [ACCOUNT],
  fields: {},
  run: async (desks, [account = '']) => {
    const { keys } = await desks.accounts.show(account)
    return { json: keys, lines: keys.map(keyLine) }
  },
}

const rotate: DeskCommand = {
  name: 'rotate',
  description: 'add a key pair that may do what an old one may; both work until the old one ends',
  takes: [ACCOUNT, KEY],
  fields: {
    oldExpiresAt: field(
      'old_expires_at',
      orNull(time),
      'when the old one ends (default: when it is deleted)',
      {
        fallback: null,
      },
    ),
  },
  run: async (desks, [account = '', accessKey = ''], given) => {
    const old = await findKey(desks, account, accessKey)
    const { label, rights } = old
    const made = await desks.keys.add(account, { label, rights })
    const { old_expires_at: end } = given
    if (end !== undefined) await desks.keys.update(account, accessKey, { expiresAt: time.parse(end) ?? null })
    return toldNew(made)
  },
}

const update: DeskCommand = {
  name: 'update',
  description: 'change what is given of a key pair; - takes a prefix, buckets, an end or a label away',
  takes: [ACCOUNT, KEY],
  fields: TERMS,
  run: async (desks, [account = '', accessKey = ''], given) => {
    const { rights } = await findKey(desks, account, accessKey)
    return told(await desks.keys.update(account, accessKey, termsOf(given, rights)))
  },
}

const remove: DeskCommand = {
  name: 'delete',
  description: 'delete a key pair: what it signed is refused from now on',
  takes: [ACCOUNT, KEY],
  fields: {},
  run: async ({ keys }, [account = '', accessKey = '']) => {
    await keys.delete(account, accessKey)
    return { json: { deleted: accessKey }, lines: [`${accessKey}  deleted`] }
  },
}

const switching = (name: 'disable' | 'enable', isDisabled: boolean): DeskCommand => ({
  ...{ name, description: `${name} a key pair`, takes: [ACCOUNT, KEY], fields: {} },
  run: async ({ keys }, [account = '', accessKey = '']) =>
    told(await keys.update(account, accessKey, { isDisabled })),
})

/** In place of a value: there shall be none. */
const NONE = '-'

/** What is given of a key's terms; rights that are not given are those of `before`. Errors: ConfigError. */
function termsOf(given: Entry, before = ALL_RIGHTS): KeyTerms {
  const some = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== NONE))
  const { label, may, prefix, buckets, expiresAt } = readFields(TERMS, some, 'key')
  return {
    ...('label' in given ? { label } : {}),
    rights: {
      may: 'may' in given ? may : before.may,
      prefix: 'prefix' in given ? prefix : before.prefix,
      buckets: 'buckets' in given ? buckets : before.buckets,
    },
    ...('expires_at' in given ? { expiresAt } : {}),
  }
}

/** Errors: `account-not-found`, `credential-not-found`. */
async function findKey(desks: Desks, account: string, accessKey: string): Promise<KeyView> {
  const { keys } = await desks.accounts.show(account)
  const key = keys.find((each) => each.accessKey === accessKey)
  if (key !== undefined) return key
  throw new CoreError('credential-not-found', `the account ${account} has no access key ${accessKey}`)
}

const told = (key: KeyView): Told => ({ json: key, lines: [keyLine(key)] })

const toldNew = (key: NewKey): Told => ({
  json: key,
  lines: [keyLine(key), ...secretLines({ secret_key: key.secretKey })],
})

const definedOf = (entry: Entry): Entry =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined))
