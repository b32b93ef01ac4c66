import { startTcpProxy } from './tcp-proxy.ts'

/** What went to a PostgreSQL server in one round trip: the texts of its statements, in order. */
export type Flight = readonly string[]

/** A way to a PostgreSQL server that hears what is sent. */
export interface CountingProxy {
  readonly url: string
  /** What was sent since the last time this was asked, in order of its ends. */
  taken(): readonly Flight[]
  close(): Promise<void>
}

/** Passes bytes on between clients and the server at `url`, without TLS. */
export async function startCountingProxy(url: string): Promise<CountingProxy> {
  let flights: Flight[] = []
  const proxy = await startTcpProxy(url, (client, upstream) => {
    const reader = new FrontendReader((flight) => flights.push(flight))
    client.on('data', (bytes) => {
      reader.read(Buffer.from(bytes))
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => client.write(bytes))
  })
  return {
    url: proxy.url,
    taken: () => {
      const taken = flights
      flights = []
      return taken
    },
    close: proxy.close,
  }
}

/** Reads what a client sends: postgresql.org/docs/current/protocol-message-formats.html. */
class FrontendReader {
  readonly #onFlight: (flight: Flight) => void
  readonly #texts = new Map<string, string>()
  #left = Buffer.alloc(0)
  #hasBegun = false
  #bound = ''
  #statements: string[] = []

  constructor(onFlight: (flight: Flight) => void) {
    this.#onFlight = onFlight
  }

  read(bytes: Buffer): void {
    this.#left = Buffer.concat([this.#left, bytes])
    for (;;) {
      // The first message has no letter before its length.
      const start = this.#hasBegun ? 1 : 0
      if (this.#left.length < start + 4) return
      const end = start + this.#left.readUInt32BE(start)
      if (this.#left.length < end) return
      if (this.#hasBegun) this.#message(String.fromCharCode(this.#left[0] ?? 0), this.#left.subarray(5, end))
      this.#hasBegun = true
      this.#left = this.#left.subarray(end)
    }
  }

  #message(letter: string, body: Buffer): void {
    const [first = '', second = ''] = body.toString('latin1').split('\0', 2)
    if (letter === 'P') this.#texts.set(first, second)
    if (letter === 'B') this.#bound = this.#texts.get(second) ?? ''
    if (letter === 'E') this.#statements.push(this.#bound)
    if (letter === 'Q') this.#statements.push(first)
    if (letter !== 'S' && letter !== 'Q') return
    this.#onFlight(this.#statements)
    this.#statements = []
  }
}
