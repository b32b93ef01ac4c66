import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock, systemRandom } from '../../src/system.ts'
import { openAuthority } from '../../src/tls/index.ts'
import { freePort } from '../support/free-port.ts'
import { ACCOUNT, LIBRARIES, OTHER_ACCOUNT, PROJECTS, startTestServer } from '../support/harness.ts'
import { keyEntry, ONLY } from '../support/limited-keys.ts'
import { findProgram } from '../support/s3-kinds.ts'
import type { Place } from './calls.ts'
import { type MediaFiles, mediaFiles } from './files.ts'
import { startService } from './service.ts'

/** What every program is given, as JSON in its first argument. */
export interface Setting {
  /** Base URL of the server, by address and port. */
  readonly url: string
  readonly scheme: 'http' | 'https'
  /** `127.0.0.1:8440`. */
  readonly host: string
  readonly port: number
  /** The client is to use the vendor's own host names, which are resolved to the server as lines of /etc/hosts would do it. */
  readonly names: boolean
  /** File with the certificate of the server's authority; null for HTTP. */
  readonly ca: string | null
  readonly service: string
  /** Base URL of S3; that of HTTPS where the place is by it. */
  readonly s3: string
  /** A Tencent SMH library of the account. */
  readonly library: string
  /** Where rclone is; null where it is not. */
  readonly rclone: string | null
  /** Unique for each run of a program: what it stores has this in its name. */
  readonly run: string
  readonly account: { readonly id: string; readonly name: string }
  readonly keys: Keys
  /** May only read. */
  readonly reader: Keys
  readonly project: { readonly id: string; readonly name: string }
  readonly user: { readonly name: string; readonly password: string }
  readonly files: MediaFiles
}
interface Keys {
  readonly access: string
  readonly secret: string
}

export interface OpenPlace {
  setting(run: string): Setting
  close(): Promise<void>
}

/** A server, and the program beside it that begins and confirms what storage clients send. */
export async function openPlace(place: Place): Promise<OpenPlace> {
  const { server, plainUrl, url, s3, ca } = place === 'http' ? await startPlain() : await startSecure()
  const { host, port } = new URL(url)
  const service = await startService(plainUrl, url)
  const files = mediaFiles()
  const [user] = ACCOUNT.users
  return {
    setting: (run) => ({
      ...{ url, scheme: place === 'http' ? 'http' : 'https', host, port: Number(port), ca },
      ...{ s3, library: LIBRARIES.plain.id, rclone: findProgram('rclone') },
      ...{ names: place === 'https, vendor’s host names', service: service.url, run, files: files.paths },
      account: { id: ACCOUNT.id, name: ACCOUNT.name },
      keys: { access: ACCOUNT.access_key, secret: ACCOUNT.secret_key },
      reader: { access: ONLY.read.accessKey, secret: ONLY.read.secretKey },
      project: PROJECTS.main,
      user: { name: user?.name ?? '', password: user?.password ?? '' },
    }),
    close: async () => {
      files.remove()
      await service.close()
      await server.stop()
    },
  }
}

const accounts = [{ ...ACCOUNT, keys: [keyEntry(ONLY.read)] }, OTHER_ACCOUNT]

async function startPlain() {
  const server = await startTestServer({ accounts, settings: { 's3.listen': '127.0.0.1:0' } })
  return { server, plainUrl: server.url, url: server.url, s3: server.ownUrls.get('s3') ?? '', ca: null }
}

/** HTTPS beside HTTP, with certificates of the server's own authority. */
async function startSecure() {
  const address = `127.0.0.1:${await freePort()}`
  const url = `https://${address}`
  const tls = { 'tls.listen': address, 'tls.auto': 'true', 's3.tls_listen': '127.0.0.1:0' }
  const settings = { ...tls, 's3.listen': '127.0.0.1:0', public_url: url }
  const server = await startTestServer({ accounts, settings })
  const { dataDir } = server
  const { certificate } = await openAuthority({ dataDir, clock: systemClock, random: systemRandom })
  const ca = join(dataDir, 'trusted-by-clients.pem')
  writeFileSync(ca, certificate.chain)
  const s3 = server.tls?.ownUrls.get('s3') ?? ''
  return { server, plainUrl: `http://127.0.0.1:${server.port}`, url, s3, ca }
}
