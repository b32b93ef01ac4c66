import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type ConnectionOptions, openConnection } from './connection.ts'
import { failureOf } from './errors.ts'
import type { Call, Message, Request } from './messages.ts'

/** Most calls in one transaction. This bounds how long the first waits for the last. */
const CALLS_PER_BATCH = 256

if (parentPort !== null) start(parentPort, workerData as ConnectionOptions)

function start(port: MessagePort, options: ConnectionOptions): void {
  const say = (message: Message) => port.postMessage(message)
  try {
    const connection = openConnection(options)
    port.on('message', (first: Request) => {
      const { calls, isLast } = withWaiting(port, first)
      if (calls.length > 0) say({ type: 'replies', replies: connection.run(calls) })
      if (!isLast) return
      connection.close()
      port.close()
    })
    say({ type: 'started' })
  } catch (error) {
    say({ type: 'not-started', failure: failureOf(error) })
    port.close()
  }
}

/** `first`, and the calls that came while the last batch ran. */
function withWaiting(port: MessagePort, first: Request): { calls: readonly Call[]; isLast: boolean } {
  const calls: Call[] = []
  for (let request: Request | undefined = first; request !== undefined; request = nextRequest(port)) {
    if (request.type === 'close') return { calls, isLast: true }
    calls.push(request)
    if (calls.length >= CALLS_PER_BATCH) break
  }
  return { calls, isLast: false }
}

const nextRequest = (port: MessagePort): Request | undefined =>
  (receiveMessageOnPort(port) as { message: Request } | undefined)?.message
