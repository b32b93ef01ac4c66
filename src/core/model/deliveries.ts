import type { TimeMs } from '../clock.ts'
import type { AccountId, DeliveryId } from '../ids.ts'
import type { JsonObject } from './json.ts'

/**
 * A message for another server. It is written with the change that it reports. A job sends it, and it is kept until it
 * arrived.
 */
export interface Delivery {
  readonly id: DeliveryId
  readonly account: AccountId
  /** Names the dialect and the event, as `some-dialect.review`. The sender of this topic sends it. */
  readonly topic: string
  readonly body: JsonObject
  readonly attempts: number
  readonly createdAt: TimeMs
  readonly nextAttemptAt: TimeMs
}

/** A message to be written with the change that it reports. */
export interface NewDelivery {
  readonly id: DeliveryId
  readonly topic: string
  readonly body: JsonObject
}
