import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { Worker } from 'node:worker_threads'
import { sayPort } from './say-port.ts'

// Stowage's design for small bodies without Stowage: Node's HTTP in front of one thread that writes to SQLite. What waits goes into one
// synced transaction. `group-commit.ts FOLDER`.
const [folder = '.'] = process.argv.slice(2)
const writer = new Worker(new URL('./group-commit-writer.ts', import.meta.url), { workerData: folder })
const waiting: (() => void)[] = []
writer.on('message', (count: number) => {
  for (const answer of waiting.splice(0, count)) answer()
})

const server = createServer(async (incoming, outgoing) => {
  const bytes = await buffer(incoming)
  waiting.push(() => outgoing.end('{"code":0}'))
  writer.postMessage(bytes)
})
sayPort(server)
