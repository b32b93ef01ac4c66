import type { TimeMs } from '../../clock.ts'
import type { DeliveryId } from '../../ids.ts'
import type { Delivery } from '../../model/deliveries.ts'

/** The outbox: messages that were written with the changes that they report. */
export interface DeliveryCommands {
  /** Takes up to `limit` deliveries that are due. Nobody else gets them until `leaseUntil`. */
  leaseDeliveries(command: {
    readonly topics: readonly string[]
    readonly now: TimeMs
    readonly leaseUntil: TimeMs
    readonly limit: number
    /** What is due only after this is due now: nothing waits so long, so somebody's clock was wrong. Default: never. */
    readonly voidAfter?: TimeMs
  }): Promise<readonly Delivery[]>
  /** Removes a delivery that arrived or is given up. */
  settleDelivery(command: { readonly id: DeliveryId }): Promise<void>
  /** Counts a failed attempt and sets the time of the next. */
  postponeDelivery(command: { readonly id: DeliveryId; readonly nextAttemptAt: TimeMs }): Promise<void>
}
