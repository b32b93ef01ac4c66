import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type Arming, killNow, type Steps } from './steps.ts'

const SYNC = 0x53
const QUERY = 0x51
const PARSE = 0x50
const BIND = 0x42
const READY = 0x5a
const LABEL_MAX = 70

/** Stands before a PostgreSQL. Each group of messages up to the one that the server answers with "ready" is a step. */
export function postgresRelay(target: URL, steps: Steps): Server {
  return createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        client.destroy()
        upstream.destroy()
      })
    }
    new Session(client, upstream, steps)
  })
}

/** One connection of a node. */
class Session {
  readonly #client: Socket
  readonly #upstream: Socket
  readonly #steps: Steps
  readonly #asked = new Frames()
  readonly #answered = new Frames()
  #hasStarted = false
  #group: Buffer[] = []
  #label = ''
  /** Whose answer something is done to, with what has come of it. */
  #awaited: { readonly arming: Arming; readonly bytes: Buffer[] } | null = null
  #turn: Promise<void> = Promise.resolve()

  constructor(client: Socket, upstream: Socket, steps: Steps) {
    this.#client = client
    this.#upstream = upstream
    this.#steps = steps
    client.on('data', (bytes: Buffer) => {
      for (const frame of this.#asked.take(bytes, this.#hasStarted)) this.#ask(frame)
    })
    upstream.on('data', (bytes: Buffer) => this.#answer(bytes))
  }

  #ask(frame: Buffer): void {
    if (!this.#hasStarted) {
      this.#hasStarted = true
      this.#upstream.write(frame)
      return
    }
    this.#group.push(frame)
    const [type] = frame
    if (type === PARSE || type === QUERY) this.#label = textOf(frame)
    if (type === BIND && this.#label === '') this.#label = 'a prepared statement'
    if (type !== SYNC && type !== QUERY) return
    const message = Buffer.concat(this.#group)
    const step = this.#steps.next(`PostgreSQL: ${this.#label}`)
    this.#group = []
    this.#label = ''
    this.#turn = this.#turn.then(() => this.#send(message, step))
  }

  async #send(message: Buffer, step: Arming | null): Promise<void> {
    switch (step?.deed) {
      case 'kill before':
        killNow(step)
        this.#client.destroy()
        return
      case 'hold':
        await delay(step.holdMs)
        break
      case 'kill after':
      case 'lose':
      case 'cut':
        this.#awaited = { arming: step, bytes: [] }
        break
      case undefined:
    }
    this.#upstream.write(message)
  }

  #answer(bytes: Buffer): void {
    if (this.#awaited === null) {
      this.#client.write(bytes)
      return
    }
    this.#awaited.bytes.push(bytes)
    const isWhole = this.#answered.take(bytes, true).some(([type]) => type === READY)
    if (!isWhole) return
    const { arming, bytes: all } = this.#awaited
    const answer = Buffer.concat(all)
    if (arming.deed === 'kill after') killNow(arming)
    if (arming.deed === 'cut') this.#client.end(answer.subarray(0, answer.length / 2))
    else this.#client.destroy()
  }
}

/** Cuts a stream into messages: a letter (but for the very first), and a length that counts itself. */
class Frames {
  #rest = Buffer.alloc(0)

  take(bytes: Buffer, hasLetter: boolean): readonly Buffer[] {
    this.#rest = Buffer.concat([this.#rest, bytes])
    const frames: Buffer[] = []
    const at = hasLetter ? 1 : 0
    while (this.#rest.length >= at + 4) {
      const end = at + this.#rest.readInt32BE(at)
      if (this.#rest.length < end) break
      frames.push(this.#rest.subarray(0, end))
      this.#rest = this.#rest.subarray(end)
      // What follows the first message has letters: a client waits for its answer before it goes on.
      if (!hasLetter) break
    }
    return frames
  }
}

/** The statement of a message; that of a Parse stands behind a name. */
function textOf(frame: Buffer): string {
  const start = frame[0] === PARSE ? frame.indexOf(0, 5) + 1 : 5
  const text = frame.toString('utf8', start, frame.indexOf(0, start))
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, LABEL_MAX)
}
