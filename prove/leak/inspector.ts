import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../test/support/free-port.ts'

/** Memory of a server's main thread after a collection of garbage, in bytes. */
export interface Memory {
  readonly heapUsed: number
  /** Buffers and what native code holds. */
  readonly external: number
  readonly rss: number
}

/** A spawned server whose garbage can be collected from outside. */
export class Inspector {
  readonly env: Readonly<Record<string, string>>
  readonly #port: number
  #socket: WebSocket | null = null
  readonly #waiting = new Map<number, (result: unknown) => void>()
  #serial = 0

  private constructor(port: number) {
    this.#port = port
    // Workers share the options, but not the inspector of the main thread.
    this.env = { NODE_OPTIONS: `--inspect=127.0.0.1:${port}` }
  }

  static async create(): Promise<Inspector> {
    return new Inspector(await freePort())
  }

  /** The least of several looks: what is only not collected yet is no leak. */
  async memory(): Promise<Memory> {
    let least: Memory | null = null
    for (let look = 0; look < LOOKS; look++) {
      await this.#send('HeapProfiler.collectGarbage', {})
      await delay(LOOK_MS)
      const seen = await this.#usage()
      if (least === null || seen.heapUsed + seen.external < least.heapUsed + least.external) least = seen
    }
    return least ?? { heapUsed: 0, external: 0, rss: 0 }
  }

  /** Has to come before the server is to end, which waits for it. It may be asked again. */
  async close(): Promise<void> {
    const socket = this.#socket
    this.#socket = null
    if (socket === null) return
    const { promise, resolve } = Promise.withResolvers<void>()
    socket.addEventListener('close', () => resolve(), { once: true })
    socket.close()
    await promise
  }

  async #usage(): Promise<Memory> {
    const expression = 'JSON.stringify(process.memoryUsage())'
    const { result } = await this.#send<{ readonly result: { readonly value: string } }>('Runtime.evaluate', {
      expression,
    })
    return JSON.parse(result.value) as Memory
  }

  async #send<Answer>(method: string, params: object): Promise<Answer> {
    this.#socket ??= await this.#connect()
    const socket = this.#socket
    this.#serial += 1
    const id = this.#serial
    const { promise, resolve } = Promise.withResolvers<unknown>()
    this.#waiting.set(id, resolve)
    socket.send(JSON.stringify({ id, method, params }))
    return (await promise) as Answer
  }

  async #connect(): Promise<WebSocket> {
    const targets = (await (await fetch(`http://127.0.0.1:${this.#port}/json/list`)).json()) as readonly {
      readonly webSocketDebuggerUrl: string
    }[]
    const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('error', () => reject(new Error('no inspector')), { once: true })
    await promise
    socket.addEventListener('message', ({ data }) => {
      const { id = 0, result } = JSON.parse(String(data)) as {
        readonly id?: number
        readonly result?: unknown
      }
      this.#waiting.get(id)?.(result)
      this.#waiting.delete(id)
    })
    return socket
  }
}

const LOOKS = 4
const LOOK_MS = 100
