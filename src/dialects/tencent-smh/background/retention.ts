import { type Accounts, credentialsOf } from '../../../core/accounts.ts'
import type { RealmSettings } from '../../../core/model/trees.ts'
import type { Job } from '../../../core/ports/background.ts'
import { libraryCredential } from '../credentials.ts'
import type { Smh } from '../model/context.ts'

const EVERY_MS = 60_000
const BATCH = 200
export const DAY_MS = 24 * 3600_000

/** Days that a library's bin keeps things; 0: for ever. Its settings say so, or else the configuration. */
export function retentionDays({ options }: Pick<Smh, 'options'>, settings: RealmSettings | null): number {
  const days = settings?.attributes.retentionDays
  return typeof days === 'number' ? days : options.recycleDays
}

/** Removes things that have been in a bin for longer than it keeps them. */
export function createRetentionJob(
  { core, options }: Pick<Smh, 'core' | 'options'>,
  accounts: Accounts,
): Job {
  return {
    name: 'tencent-smh.retention',
    everyMs: EVERY_MS,
    run: async (signal) => {
      for (const account of accounts.all) {
        for (const { id } of credentialsOf(account, libraryCredential)) {
          const realm = { account: account.id, realm: id }
          const days = retentionDays({ options }, await core.trees.realmSettings(realm))
          if (days === 0) continue
          const before = core.clock.now() - days * DAY_MS
          while (!signal.aborted) {
            if ((await core.trees.expireRecycled({ ...realm, before, limit: BATCH })) === 0) break
          }
        }
      }
    },
  }
}
