import type { TimeMs } from '../clock.ts'
import type { AccountId, DeliveryId } from '../ids.ts'
import type { JsonObject } from './json.ts'

/** A message for someone else's server; written with the change it tells of, sent by a job, kept until it arrived. */
export interface Delivery {
  readonly id: DeliveryId
  readonly account: AccountId
  /** Names the dialect and event, as `volcengine-vms.review`: says who knows how to send it. */
  readonly topic: string
  readonly body: JsonObject
  readonly attempts: number
  readonly createdAt: TimeMs
  readonly nextAttemptAt: TimeMs
}

/** A message to be written with the change it tells of. */
export interface NewDelivery {
  readonly id: DeliveryId
  readonly topic: string
  readonly body: JsonObject
}
