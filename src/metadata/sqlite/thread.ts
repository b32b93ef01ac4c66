import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { type ConnectionOptions, openConnection } from './connection.ts'
import type { Call, Request } from './messages.ts'
import { startThread } from './start-thread.ts'

/** Most calls in one transaction. This bounds how long the first waits for the last. */
const CALLS_PER_BATCH = 256

// What to open is the first message: the thread may have been made before that was known.
parentPort?.once('message', (options: ConnectionOptions) => {
  if (parentPort !== null) start(parentPort, options)
})

function start(port: MessagePort, options: ConnectionOptions): void {
  startThread<Request>(port, (say) => {
    const connection = openConnection(options)
    const hear = (first: Request): boolean => {
      const { calls, isLast } = withWaiting(port, first)
      if (calls.length > 0) say({ type: 'replies', replies: connection.run(calls) })
      return isLast
    }
    return { db: connection, hear }
  })
}

/** `first`, and the calls that came while the last batch ran. */
function withWaiting(port: MessagePort, first: Request): { calls: readonly Call[]; isLast: boolean } {
  const calls: Call[] = []
  for (let request: Request | undefined = first; request !== undefined; request = nextRequest(port)) {
    if (request.type === 'close') return { calls, isLast: true }
    calls.push(...request.calls)
    if (calls.length >= CALLS_PER_BATCH) break
  }
  return { calls, isLast: false }
}

const nextRequest = (port: MessagePort): Request | undefined =>
  (receiveMessageOnPort(port) as { message: Request } | undefined)?.message
