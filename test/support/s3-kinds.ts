import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'

/** What a server of any maker is started with. */
export interface S3Launch {
  /** It listens on 127.0.0.1 there. */
  readonly port: number
  /** Further ports that nobody else uses, for what it does inside. */
  readonly inner: readonly number[]
  /** A folder of its own. */
  readonly folder: string
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** A maker's S3 server: its program, and how that is started. */
export interface S3Kind {
  readonly program: string
  /** Why it does not list the unfinished multipart uploads of a bucket, where it does not. */
  readonly hidesUploads?: string
  command(launch: S3Launch): {
    readonly args: readonly string[]
    readonly env?: Readonly<Record<string, string>>
  }
}

const sub = (folder: string, name: string): string => {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  return path
}

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

/** By the name that STOWAGE_TEST_S3_KIND has. `scripts/install-test-s3.sh` builds them. */
export const S3_KINDS: Readonly<Record<string, S3Kind>> = {
  versitygw: {
    program: 'versitygw',
    command: ({ port, folder, keys }) => ({
      args: [
        ...['--port', `127.0.0.1:${port}`, '--quiet', '--keep-alive'],
        // Facts stand beside the objects, since not every temporary folder takes extended attributes.
        ...['posix', '--sidecar', sub(folder, 'facts'), sub(folder, 'buckets')],
      ],
      env: { ROOT_ACCESS_KEY_ID: keys.accessKeyId, ROOT_SECRET_ACCESS_KEY: keys.secretAccessKey },
    }),
  },
  minio: {
    program: 'minio',
    hidesUploads: 'MinIO lists unfinished uploads of one key alone, and ends them itself',
    command: ({ port, inner: [console = 0], folder, keys }) => ({
      args: [
        ...['server', '--quiet', '--address', `127.0.0.1:${port}`],
        ...['--console-address', `127.0.0.1:${console}`, sub(folder, 'buckets')],
      ],
      env: {
        MINIO_ROOT_USER: keys.accessKeyId,
        MINIO_ROOT_PASSWORD: keys.secretAccessKey,
        MINIO_BROWSER: 'off',
      },
    }),
  },
  seaweedfs: {
    program: 'weed',
    command: ({ port, inner, folder, keys }) => {
      const config = join(folder, 's3.json')
      const { accessKeyId: accessKey, secretAccessKey: secretKey } = keys
      const identity = {
        name: 'test',
        credentials: [{ accessKey, secretKey }],
        actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'],
      }
      writeFileSync(config, JSON.stringify({ identities: [identity] }))
      const ports = ['master', 'volume', 'filer'].flatMap((part, at) => [
        `-${part}.port=${inner[2 * at]}`,
        `-${part}.port.grpc=${inner[2 * at + 1]}`,
      ])
      return {
        args: [
          ...['server', `-dir=${sub(folder, 'buckets')}`, '-ip=127.0.0.1', '-ip.bind=127.0.0.1', ...ports],
          ...['-master.volumeSizeLimitMB=512', '-volume.max=200', '-s3', `-s3.port=${port}`],
          ...[`-s3.port.grpc=${inner[6]}`, `-s3.config=${config}`],
        ],
      }
    },
  },
  stowage: {
    program: process.execPath,
    command: ({ port, inner: [main = 0], folder, keys }) => {
      const config = join(folder, 'stowage.toml')
      const account = {
        id: 'test',
        name: 'test',
        access_key: keys.accessKeyId,
        secret_key: keys.secretAccessKey,
      }
      const lines = [
        ...[`listen = "127.0.0.1:${main}"`, `data_dir = "${sub(folder, 'data')}"`],
        ...['[admin]', 'listen = ""', '[s3]', `listen = "127.0.0.1:${port}"`, '[[accounts]]'],
        ...Object.entries(account).map(([name, value]) => `${name} = "${value}"`),
      ]
      writeFileSync(config, lines.join('\n'))
      return { args: ['--max-semi-space-size=8', MAIN, 'serve', `--config=${config}`] }
    },
  },
  's3s-fs': {
    program: 's3s-fs',
    hidesUploads: 's3s-fs has no list of unfinished uploads',
    command: ({ port, folder, keys }) => ({
      args: [
        ...['--host', '127.0.0.1', '--port', String(port)],
        ...['--access-key', keys.accessKeyId, '--secret-key', keys.secretAccessKey, sub(folder, 'buckets')],
      ],
    }),
  },
}

/** A Stowage of its own where none of the others is installed. */
export const s3KindName =
  process.env.STOWAGE_TEST_S3_KIND ?? (findProgram('versitygw') === null ? 'stowage' : 'versitygw')

/** Where a program is, or null where it is not installed. */
export function findProgram(program: string): string | null {
  if (isAbsolute(program)) return isProgram(program) ? program : null
  const { PATH = '', GOBIN, GOPATH = join(homedir(), 'go'), XDG_CACHE_HOME } = process.env
  const own = join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'stowage-test')
  const folders = [
    ...PATH.split(delimiter),
    ...(GOBIN === undefined ? [] : [GOBIN]),
    ...GOPATH.split(delimiter).map((path) => join(path, 'bin')),
    ...[own, join(own, 's3'), join(own, 's3/cargo/bin')],
  ]
  return folders.map((folder) => join(folder, program)).find(isProgram) ?? null
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
