import { parentPort, workerData } from 'node:worker_threads'
import { createCacheMemory } from './bytes.ts'
import { measure } from './measure.ts'
import type { FromWorker, ToWorker, Window } from './messages.ts'
import { Refusal } from './refusal.ts'
import { createRemoteSource, type RemoteSource } from './remote-source.ts'

/** The thread that parses. A failure costs this thread and one probe, nothing else. */
if (parentPort === null) throw new Error('this module runs as a worker thread')
const port = parentPort
const window: Window = workerData
const memory = createCacheMemory()

let current: { readonly job: number; readonly source: RemoteSource } | null = null

const send = (message: FromWorker): void => port.postMessage(message)

async function probe(job: number, size: number, headLength: number): Promise<void> {
  const source = createRemoteSource(size, { window, headLength }, (start, end) =>
    send({ type: 'read', job, start, end }),
  )
  current = { job, source }
  try {
    send({ type: 'facts', job, facts: await measure(source, memory) })
  } catch (error) {
    send({ type: 'refused', job, reason: reasonOf(error) })
  }
}

/** Hostile bytes can make a parser fail in ways it did not foresee (deep recursion, values out of range). */
const reasonOf = (error: unknown): string =>
  error instanceof Refusal ? error.message : `the file is broken: ${String(error)}`

// A probe awaits all that it starts. What the library leaves running after a probe fails unheard.
process.on('unhandledRejection', () => undefined)

port.on('message', (message: ToWorker) => {
  if (message.type === 'probe') void probe(message.job, message.size, message.headLength)
  else if (message.job !== current?.job) return
  else if (message.type === 'bytes') current.source.deliver(message.length)
  else current.source.fail()
})
send({ type: 'ready' })
