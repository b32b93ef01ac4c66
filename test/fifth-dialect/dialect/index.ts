import { credentialsOf } from '../../../src/core/accounts.ts'
import type { DialectDemo } from '../../../src/dialects/demo.ts'
import type { Dialect, DialectContext, MountedDialect } from '../../../src/dialects/dialect.ts'
import { createApi, FIRST_SEGMENT } from './calls/routes.ts'
import { commands } from './commands.ts'
import { boxCredential } from './credentials.ts'
import { HOSTS } from './hosts.ts'
import { type FifthDialectOptions, OPTIONS } from './options.ts'

const demo: DialectDemo = {
  keysOf: null,
  rows: (account) =>
    credentialsOf(account, boxCredential).flatMap(({ id, secret }) => [
      { label: 'box', value: id, note: 'fifth-dialect' },
      { label: 'box secret', value: secret },
    ]),
  tryOut: () => null,
  load: () => import('./demo.ts'),
}

/** Files in boxes. */
export const fifthDialect: Dialect<typeof OPTIONS> = {
  name: 'fifth-dialect',
  options: OPTIONS,
  credentials: [boxCredential],
  attributes: [],
  hosts: HOSTS,
  reserved: { segments: [FIRST_SEGMENT], prefixes: [], buckets: ['fifth'] },
  demoCredentials: [{ kind: boxCredential, given: {} }],
  commands: [commands],
  demo,
  create,
}

function create(context: DialectContext<FifthDialectOptions>): MountedDialect {
  return { surfaces: [createApi(context)], senders: [], runners: [], jobs: [] }
}
