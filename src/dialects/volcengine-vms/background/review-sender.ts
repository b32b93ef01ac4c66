import type { Account, Accounts } from '../../../core/accounts.ts'
import type { Core } from '../../../core/core.ts'
import { newDeliveryId } from '../../../core/ids.ts'
import type { Delivery, NewDelivery } from '../../../core/model/deliveries.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import type { DeliverySender } from '../../../core/ports/background.ts'
import { sha256Hex } from '../../../http/canonical.ts'
import { post } from '../../../http/outgoing/post.ts'
import { type ReviewCallback, reviewCallback } from '../attributes.ts'
import { STATE } from '../model/resource.ts'

const TOPIC = 'volcengine-vms.review'
/** How long the receiver of a callback may take. */
const CALLBACK_TIMEOUT_MS = 10_000

/** The message about a change to this state. None while in review, none without a callback. */
export function reviewDeliveries(
  core: Core,
  account: Account,
  object: Pick<StoredObject, 'id' | 'name' | 'status'>,
): readonly NewDelivery[] {
  if (reviewCallback(account) === null || object.status === STATE.inReview) return []
  const now = core.clock.now()
  const body = {
    accountId: account.id,
    name: object.name,
    resourceKey: object.id,
    finalState: Number(object.status),
    timestamp: now,
  }
  return [{ id: newDeliveryId(core.random, now), topic: TOPIC, body }]
}

/** Posts review results to the account's URL (document 6358/1277777). */
export function createReviewSender(core: Core, accounts: Accounts): DeliverySender {
  return {
    topic: TOPIC,
    send: async (delivery: Delivery, signal: AbortSignal) => {
      const account = accounts.byId(delivery.account)
      const callback = account === null ? null : reviewCallback(account)
      if (callback === null) return
      const body = callbackBody(delivery.body)
      const timestamp = Math.floor(core.clock.now() / 1000)
      const url = signedUrl(callback, timestamp, body)
      await post({ url, body, signal, receiver: 'the review callback', timeoutMs: CALLBACK_TIMEOUT_MS })
    },
  }
}

/** The fields in the document's order. A store may give them back in another order. */
function callbackBody({ accountId, name, resourceKey, finalState, timestamp }: JsonObject): string {
  return JSON.stringify({ accountId, name, resourceKey, finalState, timestamp })
}

/** Document 6358/173362: hex SHA-256 of the time in seconds, the hex SHA-256 of the body, and the token. */
export const authCode = (token: string, timestampS: number, body: string): string =>
  sha256Hex(`${timestampS}${sha256Hex(body)}${token}`)

function signedUrl({ url, token }: ReviewCallback, timestamp: number, body: string): URL {
  const signed = new URL(url)
  signed.searchParams.set('timestamp', String(timestamp))
  signed.searchParams.set('authCode', authCode(token, timestamp, body))
  return signed
}
