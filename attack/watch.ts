import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { watcherAddress } from './addresses.ts'

/** What was seen of the server from outside while it was attacked. */
export interface Seen {
  /** Highest resident memory, in MB of 10^6 bytes; 0 where the system does not tell. */
  readonly memoryMb: number
  /** The slowest answer of `/healthz`, in milliseconds, each on a connection of its own. */
  readonly healthMs: number
  /** How often `/healthz` was not answered with 200. */
  readonly healthFailures: number
}

const INTERVAL_MS = 100

/** Looks at a process and its `/healthz` until it is told to end. */
export function watchServer(pid: number, port: number): () => Promise<Seen> {
  forgetPeak(pid)
  let healthMs = 0
  let healthFailures = 0
  let isOver = false
  const look = async (): Promise<void> => {
    while (!isOver) {
      const startedAt = performance.now()
      const status = await healthz(port)
      healthMs = Math.max(healthMs, performance.now() - startedAt)
      if (status !== 200) healthFailures++
      await delay(INTERVAL_MS)
    }
  }
  const looking = look()
  return async () => {
    isOver = true
    await looking
    return { memoryMb: peakMb(pid), healthMs, healthFailures }
  }
}

/** 0 for no answer. There is no time limit: it ends with the attack at the latest. */
function healthz(port: number): Promise<number> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: '/healthz', agent: false, localAddress: watcherAddress }
    const sent = request(options, (answer) => {
      answer.resume().on('close', () => resolve(answer.statusCode ?? 0))
    })
    sent.on('error', () => resolve(0)).end()
  })
}

function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {
    // The peak since the start of the process is no less than what is asked for.
  }
}

export function peakMb(pid: number): number {
  try {
    const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return (Number(match?.[1] ?? 0) * 1024) / 1e6
  } catch {
    return 0
  }
}
