import type { MessagePort } from 'node:worker_threads'
import { failureOf } from './errors.ts'
import type { Message } from './messages.ts'

/** What a thread works on. `hear` answers a message, and says whether it was the last. */
export interface Opened<Heard> {
  readonly db: { close(): void }
  readonly hear: (message: Heard) => boolean
}

/** Opens what a thread works on, tells how that ended, and answers messages until the last one. */
export function startThread<Heard>(
  port: MessagePort,
  open: (say: (message: Message) => void) => Opened<Heard>,
): void {
  const say = (message: Message) => port.postMessage(message)
  try {
    const { db, hear } = open(say)
    port.on('message', (message: Heard) => {
      if (!hear(message)) return
      db.close()
      port.close()
    })
    say({ type: 'started' })
  } catch (error) {
    say({ type: 'not-started', failure: failureOf(error) })
    port.close()
  }
}
