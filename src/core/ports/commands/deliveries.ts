import type { TimeMs } from '../../clock.ts'
import type { DeliveryId } from '../../ids.ts'
import type { Delivery } from '../../model/deliveries.ts'

/** The outbox: messages that were written with the changes they tell of. */
export interface DeliveryCommands {
  /** Takes up to `limit` deliveries that are due, hiding them from other takers until `leaseUntil`. */
  leaseDeliveries(command: {
    readonly topics: readonly string[]
    readonly now: TimeMs
    readonly leaseUntil: TimeMs
    readonly limit: number
  }): Promise<readonly Delivery[]>
  /** Arrived, or given up: removes it. */
  settleDelivery(command: { readonly id: DeliveryId }): Promise<void>
  /** Failed for now: counts the attempt and sets the next. */
  postponeDelivery(command: { readonly id: DeliveryId; readonly nextAttemptAt: TimeMs }): Promise<void>
}
