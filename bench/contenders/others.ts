import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort } from '../../test/support/free-port.ts'
import { startProgram } from '../frame/processes.ts'
import { freshFolder } from './folder.ts'
import {
  type Installed,
  installedNginx,
  installedTus,
  installedTusd,
  installedVersitygw,
} from './installed.ts'
import { NGINX_CONF } from './nginx.ts'
import type { PlainServer } from './plain.ts'
import { S3_KEYS } from './s3.ts'

interface Launch {
  readonly path: string
  readonly port: number
  readonly folder: string
}

/** How an installed server is started. */
interface Start {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** @tus/server with its file store, on Node. */
export const TUS_NODE = server(
  '@tus/server',
  'nothing is synced',
  installedTus,
  ({ path, port, folder }) => ({
    command: process.execPath,
    args: [resolve(import.meta.dirname, 'tus-node.ts'), path, folder, String(port)],
  }),
)

/** tusd with files. */
export const TUSD = server('tusd', 'nothing is synced', installedTusd, ({ path, port, folder }) => ({
  command: path,
  args: [
    '-host',
    '127.0.0.1',
    '-port',
    String(port),
    '-upload-dir',
    folder,
    '-base-path',
    '/files/',
    '-verbose=false',
  ],
}))

/** versitygw on files, facts in their extended attributes. */
export const VERSITYGW = server(
  'versitygw',
  'nothing is synced',
  installedVersitygw,
  ({ path, port, folder }) => ({
    command: path,
    args: ['--port', `127.0.0.1:${port}`, '--quiet', '--keep-alive', 'posix', folder],
    env: { ROOT_ACCESS_KEY_ID: S3_KEYS.accessKeyId, ROOT_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey },
  }),
)

/** nginx with its WebDAV module: a worker for each core. */
export const NGINX = server('nginx', 'nothing is synced', installedNginx, ({ path, port, folder }) => {
  for (const name of ['files', 'temporary']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'nginx.conf'), NGINX_CONF(port, folder))
  return {
    command: path,
    args: ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')],
  }
})

function server(
  name: string,
  syncs: string,
  install: () => Installed,
  startOf: (launch: Launch) => Start,
): PlainServer {
  return {
    ...{ name, syncs },
    missing: async () => {
      const found = install()
      return 'missing' in found ? found.missing : null
    },
    start: async () => {
      const found = install()
      if ('missing' in found) throw new Error(found.missing)
      const folder = freshFolder()
      const port = await freePort()
      const { command, args, env } = startOf({ path: found.path, port, folder: folder.path })
      const program = await startProgram(command, args, { port, env: { ...process.env, ...env } })
      const stop = async (): Promise<void> => {
        await program.stop()
        folder.remove()
      }
      return { port, pids: [program.pid], stop }
    },
  }
}
