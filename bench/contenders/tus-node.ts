import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

// @tus/server as its own documents start it: `tus-node.ts PACKAGES FOLDER PORT`.
const [packages = '', directory = '', port = ''] = process.argv.slice(2)
const { resolve } = createRequire(join(packages, 'package.json'))

interface TusServer {
  handle(incoming: unknown, outgoing: unknown): Promise<void>
}
const load = async (name: string) => import(pathToFileURL(resolve(name)).href)
const { Server } = (await load('@tus/server')) as { Server: new (options: object) => TusServer }
const { FileStore } = (await load('@tus/file-store')) as { FileStore: new (options: object) => object }

const tus = new Server({ path: '/files', datastore: new FileStore({ directory }) })
createServer((incoming, outgoing) => void tus.handle(incoming, outgoing)).listen(
  Number(port),
  '127.0.0.1',
  4096,
)
