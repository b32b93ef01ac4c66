import { setTimeout as delay } from 'node:timers/promises'
import type { HonestFigures, HonestOrder } from './honest-clients.ts'
import { honestClients, percentile } from './honest-clients.ts'

/**
 * The process of the honest clients: eight of them, two of each dialect, make small calls until they are told to stop. At every
 * order they tell what they have seen since the one before.
 */
const THINK_MS = 20
const [url = ''] = process.argv.slice(2)

let latenciesMs: number[] = []
let failures: string[] = []
/** When the call began that a client waits for. */
const begun = new Map<number, number>()
let isOver = false

async function live(client: () => Promise<() => Promise<unknown>>, index: number): Promise<void> {
  let next: (() => Promise<unknown>) | null = null
  while (!isOver) {
    const startedAt = performance.now()
    begun.set(index, startedAt)
    try {
      next ??= await client()
      await next()
      latenciesMs.push(performance.now() - startedAt)
    } catch (error) {
      failures.push(String(error))
      await delay(THINK_MS)
    }
    begun.delete(index)
    await delay(THINK_MS)
  }
}

process.on('message', (order: HonestOrder) => {
  const now = performance.now()
  // A call that hangs counts with what it has taken so far.
  const waitedMs = [...latenciesMs, ...[...begun.values()].map((startedAt) => now - startedAt)]
  const figures: HonestFigures = {
    calls: latenciesMs.length,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(waitedMs, 0.99),
    failures: failures.length,
    examples: [...new Set(failures)].slice(0, 3),
  }
  latenciesMs = []
  failures = []
  isOver = order === 'end'
  process.send?.(figures)
})

await Promise.all(honestClients(url).map(live))
process.disconnect?.()
