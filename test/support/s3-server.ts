import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { hasEnded } from './children.ts'
import { freePort } from './free-port.ts'
import { findProgram, S3_KINDS, type S3Kind, s3KindName } from './s3-kinds.ts'

const kind = S3_KINDS[s3KindName]
if (kind === undefined) throw new Error(`STOWAGE_TEST_S3_KIND: accepted: ${Object.keys(S3_KINDS).join(', ')}`)
const PROGRAM = kind.program
export const S3_MISSING = `no ${PROGRAM} (see scripts/install-test-s3.sh), and STOWAGE_TEST_S3 is not set`
const program = findProgram(PROGRAM)
const INNER_PORTS = 7
/** Why unfinished uploads of the server are not listed, or false where they are. */
export const uploadsHidden: string | false = kind.hidesUploads ?? false

/** Why there is no S3 server to stop and start, or false where there is one. */
export const s3ServerMissing = (): string | false => (program === null ? S3_MISSING : false)

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** A bucket, or a part of one, that nobody else uses. */
export interface S3Bucket {
  /** As the store takes it. */
  readonly url: string
  /** Absent where the usual environment has them. */
  readonly keys?: Keys
}

/** A server of one test, which it may stop and start again with all that it holds. */
export interface S3Server {
  readonly port: number
  readonly keys: Keys
  /** The keys as the environment of a process that is to find them. */
  readonly env: Readonly<Record<string, string>>
  /** A bucket of it, as the store takes it. */
  readonly url: string
  /** What it has stored. */
  readonly dir: string
  newBucket(): Promise<S3Bucket>
  start(): Promise<void>
  /** At once, without a goodbye to its connections. */
  stop(): Promise<void>
  /** Stops it and removes what it holds. */
  close(): Promise<void>
}

/** A new bucket of the server that answers there. */
export async function createBucket({ port, keys }: Pick<S3Server, 'port' | 'keys'>): Promise<S3Bucket> {
  const bucket = `test-${randomBytes(6).toString('hex')}`
  const client = new S3Client({
    ...{ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', forcePathStyle: true },
    credentials: keys,
  })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
  const url = `s3://${bucket}?endpoint=http://127.0.0.1:${port}&region=us-east-1&path_style=true`
  return { url, keys }
}

/** Starts one on a free port of 127.0.0.1. */
export async function startS3(maker = s3KindName): Promise<S3Server> {
  const inner: number[] = []
  while (inner.length < INNER_PORTS) inner.push(await freePort())
  const own = S3_KINDS[maker]
  if (own === undefined) throw new Error(`no server is called ${maker}`)
  const server = new LocalServer(await freePort(), inner, own)
  await server.start()
  server.url = (await server.newBucket()).url
  return server
}

class LocalServer implements S3Server {
  readonly port: number
  readonly keys: Keys = { accessKeyId: 'stowage-test', secretAccessKey: randomBytes(16).toString('hex') }
  readonly env = {
    AWS_ACCESS_KEY_ID: this.keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: this.keys.secretAccessKey,
  }
  readonly dir: string
  url = ''
  readonly #folder = mkdtempSync(join(tmpdir(), 'stowage-test-s3-'))
  readonly #inner: readonly number[]
  readonly #kind: S3Kind
  #child: ChildProcess | null = null
  #errors = ''

  constructor(port: number, inner: readonly number[], kind: S3Kind) {
    this.port = port
    this.#inner = inner
    this.#kind = kind
    this.dir = this.#folder
    process.once('exit', () => {
      this.#child?.kill('SIGKILL')
      // It may still be writing while it dies.
      rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 })
    })
  }

  newBucket(): Promise<S3Bucket> {
    return createBucket(this)
  }

  async start(): Promise<void> {
    const program = findProgram(this.#kind.program)
    if (program === null) throw new Error(S3_MISSING)
    const { port, keys } = this
    const { args, env } = this.#kind.command({ port, keys, inner: this.#inner, folder: this.#folder })
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr?.on('data', (text: Buffer) => {
      this.#errors += text
    })
    this.#child = child
    while (!(await answers(this.port))) {
      if (hasEnded(child)) throw new Error(`${program} does not start: ${this.#errors}`)
      await setTimeout(20)
    }
    // The process does not wait for a server that a test forgot.
    child.unref()
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || hasEnded(child)) return
    child.ref()
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Whether it is ready, if only to refuse whoever has no keys. */
async function answers(port: number): Promise<boolean> {
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}/`)
    return status < 500
  } catch {
    return false
  }
}
