import type { Account } from '../../core/accounts.ts'
import { CoreError } from '../../core/errors.ts'
import type { CommandAction, CommandOptions } from '../command.ts'
import { signTicket, type Ticket } from './auth/ticket.ts'

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DEFAULT_TIME = '1h'

/** `stowage ticket BUCKET --key KEY | --prefix PREFIX | --upload NAME`: an upload ticket by the first key of an account. */
export const ticketCommand: CommandAction = {
  name: 'ticket',
  description: 'make an upload ticket',
  argument: { name: 'bucket', description: 'a bucket that the account has made' },
  options: [
    { flags: '--key <key>', description: "the object's key" },
    { flags: '--prefix <prefix>', description: 'what its key begins with' },
    { flags: '--upload <name>', description: "an upload that a call of the bucket's dialect has begun" },
    { flags: '--size-max <bytes>', description: 'most bytes of one upload' },
    { flags: '--types <types>', description: 'media types, as image/png,video/*' },
    {
      flags: '--ends <time>',
      description: `how long uploads may begin: 90s, 15m, 1h, 7d (default ${DEFAULT_TIME})`,
    },
    { flags: '--account <id>', description: 'whose key makes it; needed where there are several accounts' },
    { flags: '--json', description: 'print it as JSON' },
  ],
  run: async ({ core, accounts, print }, bucket, options) => {
    const [key] = accountOf(accounts, textOf(options, 'account')).keys
    if (key === undefined) throw wrong('the account has no key')
    const ticket = ticketOf(bucket, options, core.clock.now())
    const text = signTicket(key, ticket)
    const ends = new Date(ticket.endsAt).toISOString()
    print(options.json === true ? JSON.stringify({ ticket: text, ends }) : text)
  },
}

function accountOf(accounts: readonly Account[], id: string | null): Account {
  const [first, ...others] = id === null ? accounts : accounts.filter((account) => account.id === id)
  if (first === undefined) throw wrong(`there is no account ${id}`)
  if (others.length > 0) throw wrong('there are several accounts: --account says which')
  return first
}

/** Errors: `invalid-argument`. */
function ticketOf(bucket: string, options: CommandOptions, now: number): Ticket {
  const size = textOf(options, 'sizeMax')
  const types = textOf(options, 'types')
  if (size !== null && !/^\d{1,15}$/.test(size)) throw wrong('--size-max is a number of bytes')
  return {
    bucket,
    target: targetOf(options),
    sizeMax: size === null ? null : Number(size),
    types: types === null ? null : types.split(',').map((type) => type.trim()),
    endsAt: now + millisecondsOf(textOf(options, 'ends') ?? DEFAULT_TIME),
  }
}

function targetOf(options: CommandOptions): Ticket['target'] {
  const [key, prefix, upload] = ['key', 'prefix', 'upload'].map((name) => textOf(options, name))
  const given = [
    ...(key ? [{ key }] : []),
    ...(typeof prefix === 'string' ? [{ prefix }] : []),
    ...(upload ? [{ upload }] : []),
  ]
  const [target, ...others] = given
  if (target !== undefined && others.length === 0) return target
  throw wrong('one of --key, --prefix and --upload is needed')
}

function millisecondsOf(time: string): number {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(time) ?? []
  const unitMs = UNITS_MS[unit]
  if (unitMs === undefined) throw wrong('--ends is a time as 90s, 15m, 1h or 7d')
  return Number(count) * unitMs
}

function textOf(options: CommandOptions, name: string): string | null {
  const value = options[name]
  return typeof value === 'string' ? value : null
}

const wrong = (message: string): CoreError => new CoreError('invalid-argument', message)
