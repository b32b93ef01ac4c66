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
let isOver = false

async function live(client: () => Promise<() => Promise<unknown>>): Promise<void> {
  let next: (() => Promise<unknown>) | null = null
  while (!isOver) {
    const startedAt = performance.now()
    try {
      next ??= await client()
      await next()
      latenciesMs.push(performance.now() - startedAt)
    } catch (error) {
      failures.push(String(error))
      await delay(THINK_MS)
    }
    await delay(THINK_MS)
  }
}

process.on('message', (order: HonestOrder) => {
  const figures: HonestFigures = {
    calls: latenciesMs.length,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
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
