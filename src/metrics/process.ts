import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { MetricFamily } from './registry.ts'

/** Measures the process itself, from when it is made on. */
export class ProcessGauges {
  readonly #delay = monitorEventLoopDelay({ resolution: 20 })

  constructor() {
    this.#delay.enable()
  }

  /** The loop's delays are those since the last time that somebody asked. */
  families(): readonly MetricFamily[] {
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage()
    const delays = [0.5, 0.99, 1].map((quantile) => ({
      labels: { quantile },
      value: quantile === 1 ? this.#delay.max / 1e9 : this.#delay.percentile(quantile * 100) / 1e9,
    }))
    this.#delay.reset()
    return [
      one('process_cpu_seconds_total', 'counter', 'Processor time of all threads.', (user + system) / 1e6),
      one('process_resident_memory_bytes', 'gauge', 'Memory that the process has.', rss),
      one('process_start_time_seconds', 'gauge', 'When it started.', performance.timeOrigin / 1000),
      one('stowage_heap_bytes', 'gauge', 'Memory of objects of the main thread.', heapUsed),
      one('stowage_buffers_bytes', 'gauge', 'Memory outside the heap.', Math.max(external, arrayBuffers)),
      {
        ...{ name: 'stowage_event_loop_delay_seconds', type: 'gauge', samples: delays },
        help: 'How late the main thread came to its work since the last look; the sampling adds 0.02.',
      },
    ]
  }

  stop(): void {
    this.#delay.disable()
  }
}

const one = (name: string, type: MetricFamily['type'], help: string, value: number): MetricFamily => ({
  ...{ name, type, help, samples: [{ value }] },
})
