import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'

/** Most bodies in a transaction, as in Stowage. */
const BATCH_MAX = 256
const port = parentPort
if (port === null) throw new Error('runs as a thread of group-commit.ts')
const database = new DatabaseSync(join(String(workerData), 'bodies.db'))
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
database.exec('CREATE TABLE bodies (id INTEGER PRIMARY KEY, at INTEGER, bytes BLOB)')
const insert = database.prepare('INSERT INTO bodies (at, bytes) VALUES (?, ?)')

port.on('message', (first: Uint8Array) => {
  const bodies = [first]
  while (bodies.length < BATCH_MAX) {
    const next = receiveMessageOnPort(port) as { message: Uint8Array } | undefined
    if (next === undefined) break
    bodies.push(next.message)
  }
  database.exec('BEGIN')
  for (const bytes of bodies) insert.run(Date.now(), bytes)
  database.exec('COMMIT')
  port.postMessage(bodies.length)
})
