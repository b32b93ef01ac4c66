import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { builtProgram } from './build.ts'
import { type Load, writePlan } from './plan.ts'

/** What the generator saw. Latencies are from a request's first byte to the last one of its answer. */
export interface LoadFigures {
  readonly seconds: number
  /** Answered ones. */
  readonly requests: number
  readonly errors: number
  /** Still under way when the run ended. */
  readonly underWay: number
  readonly bytesOut: number
  readonly bytesIn: number
  readonly p50Us: number
  readonly p99Us: number
  readonly leastUs: number
  readonly mostUs: number
  /** Processor time of the generator itself. */
  readonly cpuSeconds: number
  /** The first answer that was not as expected, or what broke; empty where nothing did. */
  readonly firstError: string
}

/** Runs the generator once. An answer that is not as expected is an error, and any error fails the run unless `mayFail`. */
export async function runLoad(load: Load, mayFail = false): Promise<LoadFigures> {
  const program = builtProgram('load')
  if (program === null) throw new Error('the load generator needs a C compiler (cc)')
  const folder = mkdtempSync(join(tmpdir(), 'stowage-load-'))
  try {
    const plan = join(folder, 'plan')
    writePlan(plan, load)
    const child = spawn(program, [plan], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
    const figures = JSON.parse(output) as LoadFigures
    if (figures.errors > 0 && !mayFail) throw new Error(`${figures.errors} errors: ${figures.firstError}`)
    return figures
  } finally {
    rmSync(folder, { recursive: true })
  }
}
