import { attributesFor } from '../config/account-limits.ts'
import { type Account, createAccounts } from '../core/accounts.ts'
import type { Clock } from '../core/clock.ts'
import type { AccountCommands } from '../core/ports/commands/accounts.ts'
import type { Random } from '../core/random.ts'
import type { DialectSettings } from '../settings/dialect.ts'
import { type AccountDesk, createAccountDesk } from './account-desk.ts'
import { type CredentialDesk, createCredentialDesk } from './credential-desk.ts'
import { createKeyDesk, type KeyDesk } from './key-desk.ts'
import { type LiveAccounts, openLiveAccounts } from './live.ts'
import { createMovingDesk, type MovingDesk } from './moving.ts'
import { openSealer } from './secret-key.ts'

export type { AccountChange } from './account-desk.ts'
export type { CredentialChange, CredentialKey, NewCredential } from './credential-desk.ts'
export type { KeyChange, KeyTerms, NewKey } from './key-desk.ts'
export type { LiveAccounts } from './live.ts'
export type { MovedAccount } from './moving.ts'
export type { AccountView, CredentialView, KeyView } from './views.ts'

/** What accounts are made and changed by, while servers run. Each change is seen by all nodes within two seconds. */
export interface Desks {
  readonly accounts: AccountDesk
  readonly keys: KeyDesk
  readonly credentials: CredentialDesk
  readonly moving: MovingDesk
}

export interface AccountsOptions {
  /** Those of the configuration. */
  readonly configured: readonly Account[]
  readonly metadata: AccountCommands
  readonly dialects: readonly DialectSettings[]
  /** The key that seals stored secrets. It is made if neither it nor a sealed secret is there. */
  readonly secretKeyFile: string
  readonly clock: Clock
  readonly random: Random
  /** Is told, in a line for the log, what cannot be used. */
  readonly onProblem: (problem: string) => void
}

export interface OpenAccounts {
  readonly live: LiveAccounts
  readonly desks: Desks
  /** 32 secret bytes of the installation for one purpose: see `Sealer`. */
  readonly secretFor: (purpose: string) => Uint8Array
}

/** Opens both sources of accounts. Errors: ConfigError of the secret key, CoreError of the metadata. */
export async function openAccounts(options: AccountsOptions): Promise<OpenAccounts> {
  const { configured, metadata, dialects, secretKeyFile, clock, random, onProblem } = options
  const sealer = await openSealer(secretKeyFile, metadata, random)
  const declarations = {
    credentials: dialects.flatMap((dialect) => dialect.credentials),
    attributes: attributesFor(dialects),
  }
  const live = await openLiveAccounts({ configured, metadata, declarations, sealer, clock, onProblem })
  const desk = {
    ...{ metadata, clock, random, sealer, dialects, declarations, live },
    configured: createAccounts(configured),
  }
  return {
    live,
    secretFor: sealer.secretFor,
    desks: {
      accounts: createAccountDesk(desk),
      keys: createKeyDesk(desk),
      credentials: createCredentialDesk(desk),
      moving: createMovingDesk(desk),
    },
  }
}
