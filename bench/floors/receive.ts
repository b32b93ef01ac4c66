import { createHash, randomUUID } from 'node:crypto'
import { close, fdatasync, open, write } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sayPort } from './say-port.ts'

// The plainest server that takes bodies, and keeps no facts about them: `receive.ts MODE FOLDER`. `discard` drops them. `file` writes each
// into a file of its own, which is synced before the answer; `file-md5` has the MD5 of it too.
const [mode = 'discard', folder = '.'] = process.argv.slice(2)
const opened = promisify(open)
const written = promisify(write)
const synced = promisify(fdatasync)
const closed = promisify(close)

async function keep(body: IncomingMessage): Promise<void> {
  const file = await opened(join(folder, randomUUID()), 'wx')
  const md5 = mode === 'file-md5' ? createHash('md5') : null
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      const writing = written(file, chunk)
      md5?.update(chunk)
      await writing
    }
    md5?.digest()
    await synced(file)
  } finally {
    await closed(file)
  }
}

async function take(body: IncomingMessage): Promise<void> {
  if (mode === 'discard') for await (const _ of body);
  else await keep(body)
}

const server = createServer((incoming, outgoing) => {
  take(incoming).then(
    () => outgoing.end('{"code":0}'),
    // The client has hung up.
    () => outgoing.destroy(),
  )
})
sayPort(server)
