import type { Clock } from '../core/clock.ts'
import type { Delivery } from '../core/model/deliveries.ts'
import type { DeliverySender } from '../core/ports/background.ts'
import type { Facts } from '../core/ports/facts.ts'
import { CLOCKS_APART_MS } from './lease-keeper.ts'
import type { Job } from './scheduler.ts'

export interface DeliveryEvents {
  failed(delivery: Delivery, error: unknown, givenUp: boolean): void
}

const BATCH = 16
const LEASE_MS = 60_000
const FIRST_DELAY_MS = 5_000
const DELAY_MAX_MS = 3600_000
/** About two days of tries. */
const ATTEMPTS_MAX = 60

/** Delivers what is due. A message that fails is tried again after 5 s, 10 s, 20 s, … up to an hour, for two days. */
export function deliveryJob(
  { metadata, clock }: { readonly metadata: Facts; readonly clock: Clock },
  senders: readonly DeliverySender[],
  events: DeliveryEvents,
  everyMs: number,
): Job {
  const byTopic = new Map(senders.map((sender) => [sender.topic, sender]))
  const topics = [...byTopic.keys()]

  const deliver = async (delivery: Delivery, signal: AbortSignal): Promise<void> => {
    try {
      await byTopic.get(delivery.topic)?.send(delivery, signal)
    } catch (error) {
      const givenUp = delivery.attempts + 1 >= ATTEMPTS_MAX
      events.failed(delivery, error, givenUp)
      if (!givenUp) {
        const nextAttemptAt = clock.now() + delayMs(delivery.attempts)
        await metadata.postponeDelivery({ id: delivery.id, nextAttemptAt })
        return
      }
    }
    await metadata.settleDelivery({ id: delivery.id })
  }

  return {
    name: 'deliveries',
    everyMs,
    run: async (signal) => {
      while (!signal.aborted) {
        const now = clock.now()
        const due = await metadata.leaseDeliveries({
          ...{ topics, now, leaseUntil: now + LEASE_MS, limit: BATCH },
          voidAfter: now + DELAY_MAX_MS + CLOCKS_APART_MS,
        })
        if (due.length === 0) return
        await Promise.all(due.map((delivery) => deliver(delivery, signal)))
      }
    },
  }
}

const delayMs = (attempts: number): number =>
  Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempts, 20), DELAY_MAX_MS)
