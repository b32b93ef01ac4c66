import type { Account } from '../../../core/accounts.ts'
import type { Core } from '../../../core/core.ts'
import { isCoreError } from '../../../core/errors.ts'
import type { AccountId } from '../../../core/ids.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import { reviewDeliveries } from '../background/review-sender.ts'
import type { VolcengineVmsOptions } from '../options.ts'
import { BUCKET, getResource, STATE } from './resource.ts'

type FinalState = typeof STATE.approved | typeof STATE.rejected

const PAGE = 100

/** What waits for a review in an account, oldest first. */
export async function listPending(core: Core, account: AccountId): Promise<readonly StoredObject[]> {
  const query = { account, bucket: BUCKET, kind: null, status: STATE.inReview, keyword: null } as const
  const pending: StoredObject[] = []
  for (;;) {
    const page = { order: 'oldest-first', limit: PAGE, offset: pending.length } as const
    const { objects } = await core.objects.list({ ...query, ...page })
    pending.push(...objects)
    if (objects.length < PAGE) return pending
  }
}

/** Lets a resource be used and tells the account's callback. Repeats change nothing. Errors: `object-not-found`. */
export const approve = (core: Core, account: Account, resourceKey: string): Promise<StoredObject> =>
  decide(core, account, resourceKey, STATE.approved)

/** Refuses a resource and tells the account's callback. Repeats change nothing. Errors: `object-not-found`. */
export const reject = (core: Core, account: Account, resourceKey: string): Promise<StoredObject> =>
  decide(core, account, resourceKey, STATE.rejected)

async function decide(
  core: Core,
  account: Account,
  resourceKey: string,
  state: FinalState,
): Promise<StoredObject> {
  for (;;) {
    const object = await getResource(core, account.id, resourceKey)
    if (object.status === state) return object
    const deliveries = reviewDeliveries(core, account, { ...object, status: state })
    const at = { account: account.id, id: object.id }
    try {
      return await core.objects.update(at, { status: state }, { ifVersion: object.version, deliveries })
    } catch (error) {
      if (!isCoreError(error, 'object-changed')) throw error
    }
  }
}

/** The state that new resources have. */
export const firstState = ({
  review,
}: VolcengineVmsOptions): typeof STATE.approved | typeof STATE.inReview =>
  review === 'auto' ? STATE.approved : STATE.inReview
