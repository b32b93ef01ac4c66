import type { DialectDemo } from '../demo.ts'
import type { Dialect, DialectContext, MountedDialect } from '../dialect.ts'
import { FIRST_SEGMENT } from './calls/call.ts'
import { createApi } from './calls/routes.ts'
import { ticketCommand } from './commands.ts'
import { HOSTS } from './hosts.ts'
import { Turns } from './model/turns.ts'
import { OPTIONS, type ResumableOptions } from './options.ts'

const demo: DialectDemo = { keysOf: null, rows: () => [], tryOut: () => null, load: null }

/** Uploads that go on where they broke off: tus 1.0, and the draft of the IETF. */
export const resumable: Dialect<typeof OPTIONS> = {
  name: 'resumable',
  options: OPTIONS,
  credentials: [],
  attributes: [],
  hosts: HOSTS,
  reserved: { segments: [FIRST_SEGMENT], prefixes: [], buckets: [] },
  demoCredentials: [],
  commands: [ticketCommand],
  demo,
  create,
}

function create(context: DialectContext<ResumableOptions>): MountedDialect {
  const door = { ...context, secret: context.secretFor('resumable uploads'), turns: new Turns() }
  return { surfaces: [createApi(door)], senders: [], runners: [], jobs: [] }
}
