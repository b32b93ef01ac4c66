import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What a way to a server does to what goes over it. */
export type Mood =
  | 'pass'
  /** Nothing passes, and nobody is told: a paused server, or a network that swallows. */
  | 'stall'
  /** Connections end, and new ones do. */
  | 'refuse'
  /** Questions pass; the connection ends when the answer comes. */
  | 'lose answers'
  /** Each connection ends in the midst of an answer. */
  | 'cut answers'
  /** Everything comes late. */
  | 'slow'

const SLOW_MS = 60
const ADDRESS = '127.0.0.1'

interface Pair {
  readonly client: Socket
  readonly server: Socket
}

/** Passes bytes on between clients and a server of this machine, in any protocol, as its mood is. */
export class Relay {
  readonly #target: number
  readonly #pairs = new Set<Pair>()
  #server: Server | null = null
  #mood: Mood = 'pass'
  port = 0

  private constructor(target: number) {
    this.#target = target
  }

  /** `target`: a port of 127.0.0.1. */
  static async start(target: number): Promise<Relay> {
    const relay = new Relay(target)
    relay.#server = createServer((client) => relay.#join(client)).listen(0, ADDRESS)
    await once(relay.#server, 'listening')
    const address = relay.#server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    relay.port = address.port
    return relay
  }

  get #isStalled(): boolean {
    return this.#mood === 'stall'
  }

  set mood(mood: Mood) {
    // What was held back or lost is not made good: the connections end.
    if (this.#mood === 'lose answers' || this.#mood === 'cut answers' || mood === 'refuse') this.cut()
    this.#mood = mood
    for (const { client, server } of this.#pairs)
      for (const socket of [client, server]) mood === 'stall' ? socket.pause() : socket.resume()
  }

  /** Ends all connections. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.destroy()
      server.destroy()
    }
  }

  async close(): Promise<void> {
    this.cut()
    this.#server?.close()
    if (this.#server !== null) await once(this.#server, 'close')
  }

  #join(client: Socket): void {
    if (this.#mood === 'refuse') {
      client.destroy()
      return
    }
    const server = connect(this.#target, ADDRESS)
    const pair = { client, server }
    this.#pairs.add(pair)
    for (const socket of [client, server]) {
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#pairs.delete(pair)
        client.destroy()
        server.destroy()
      })
    }
    client.on('data', (bytes: Buffer) => void this.#pass(bytes, client, server))
    server.on('data', (bytes: Buffer) => void this.#answer(bytes, pair))
    if (this.#isStalled) for (const socket of [client, server]) socket.pause()
  }

  async #answer(bytes: Buffer, { client, server }: Pair): Promise<void> {
    if (this.#mood === 'lose answers') server.destroy()
    else if (this.#mood === 'cut answers')
      client.write(bytes.subarray(0, bytes.length >> 1), () => client.destroy())
    else await this.#pass(bytes, server, client)
  }

  /** Slowly, chunks wait one for the other: their order stays. */
  async #pass(bytes: Buffer, from: Socket, to: Socket): Promise<void> {
    if (this.#mood === 'slow') {
      from.pause()
      await delay(SLOW_MS)
      if (!this.#isStalled) from.resume()
    }
    if (to.writable && !to.write(bytes)) {
      from.pause()
      to.once('drain', () => from.resume())
    }
  }
}
