import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** The plainest server that keeps the promise: every body becomes a file, synced with its folder if `strict`. */
const [folder = '.', durability] = process.argv.slice(2)
const isStrict = durability === 'strict'

const server = createServer(async (incoming, outgoing) => {
  await pipeline(incoming, createWriteStream(join(folder, randomUUID()), { flush: isStrict }))
  if (isStrict) {
    const parent = await open(folder)
    await parent.sync()
    await parent.close()
  }
  outgoing.end('{"code":0}')
}).listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
