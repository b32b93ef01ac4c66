import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Arming, Order, Passed, Told } from './steps.ts'

/** The relay before the stores of one node, in a process of its own. */
export class Relay {
  /** The stores as the node is to reach them. */
  readonly postgres: string
  readonly s3: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, postgres: string, s3: string) {
    this.#child = child
    this.postgres = postgres
    this.s3 = s3
  }

  /** To a PostgreSQL and to an S3 server, by their URLs. */
  static async start(postgres: string, s3: string): Promise<Relay> {
    const child = fork(join(import.meta.dirname, 'main.ts'))
    const told = await ask(child, { type: 'open', postgres, s3 })
    if (told.type !== 'opened') throw new Error('the relay does not open')
    const own = new URL(postgres)
    own.port = String(told.postgresPort)
    return new Relay(child, own.href, `http://127.0.0.1:${told.s3Port}`)
  }

  /** Counts from 1 again. Null: nothing is done to any step. */
  async arm(arming: Arming | null): Promise<void> {
    await ask(this.#child, { type: 'arm', arming })
  }

  async passed(): Promise<Passed> {
    const told = await ask(this.#child, { type: 'tell' })
    if (told.type !== 'passed') throw new Error('the relay tells something else')
    return told.passed
  }

  close(): void {
    this.#child.disconnect()
  }
}

async function ask(child: ChildProcess, order: Order): Promise<Told> {
  const answered = once(child, 'message')
  child.send(order)
  const [told] = await answered
  return told as Told
}
