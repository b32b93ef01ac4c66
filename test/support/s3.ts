import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'

const PROGRAM = 'versitygw'
const START_MS = 20_000

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

const program = findProgram()
const missing = `no ${PROGRAM} (see scripts/install-test-s3.sh), and STOWAGE_TEST_S3 is not set`

/** Why there is no S3 store to test with, or false where there is one. */
export const withoutS3: string | false =
  process.env.STOWAGE_TEST_S3 !== undefined || program !== null ? false : missing

/** Why there is no S3 server to stop and start, or false where there is one. */
export const s3ServerMissing = (): string | false => (program === null ? missing : false)

/** Registers `suites` where they can run; else one skipped test, which fails where a server could have been built. */
export function describeS3(name: string, suites: () => void): void {
  if (withoutS3 === false) {
    suites()
    return
  }
  const mustRun = process.env.CI !== undefined && hasGo()
  test(name, mustRun ? {} : { skip: withoutS3 }, () => assert.fail(missing))
}

let shared: Promise<S3Server> | null = null
/** Below the bucket of `STOWAGE_TEST_S3`. */
const usedUrls: string[] = []

/** A bucket of the server that all tests of a process share, or an own prefix in the bucket of `STOWAGE_TEST_S3`. */
export async function newBucket(): Promise<S3Bucket> {
  const given = process.env.STOWAGE_TEST_S3
  if (given !== undefined) {
    const url = withPrefix(given, `test-${randomBytes(6).toString('hex')}`)
    usedUrls.push(url)
    return { url }
  }
  shared ??= startS3()
  return await (await shared).newBucket()
}

/** The same bucket below one more prefix, for a store that starts out empty. */
export const inPrefix = ({ url, ...bucket }: S3Bucket): S3Bucket => ({
  ...bucket,
  url: withPrefix(url, randomBytes(6).toString('hex')),
})

if (process.env.NODE_TEST_CONTEXT !== undefined) {
  after(async () => {
    await (await shared)?.close()
    for (const url of usedUrls) await removeAll(url)
  })
}

/** The keys of the multipart uploads of a bucket that were neither completed nor aborted. */
export async function openUploads(bucket: S3Bucket): Promise<readonly string[]> {
  const { client, of } = clientOf(bucket)
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand(of))
  client.destroy()
  return Uploads.map(({ Key = '' }) => Key)
}

/** The sizes of a bucket's objects, in ascending order. */
export async function objectSizes(bucket: S3Bucket): Promise<readonly number[]> {
  const { client, of } = clientOf(bucket)
  const { Contents = [] } = await client.send(new ListObjectsV2Command(of))
  client.destroy()
  return Contents.map(({ Size = 0 }) => Size).toSorted((a, b) => a - b)
}

function clientOf({ url: text, keys }: S3Bucket) {
  const url = new URL(text)
  const { endpoint, region = 'us-east-1', path_style } = Object.fromEntries(url.searchParams)
  const client = new S3Client({
    ...{ region, forcePathStyle: path_style === 'true' },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(keys === undefined ? {} : { credentials: keys }),
  })
  return { client, of: { Bucket: url.hostname, Prefix: `${url.pathname.slice(1)}/`.replace(/^\/$/, '') } }
}

async function removeAll(url: string): Promise<void> {
  const { client, of } = clientOf({ url })
  for (;;) {
    const { Contents: objects = [] } = await client.send(new ListObjectsV2Command(of))
    if (objects.length === 0) break
    for (const { Key: key } of objects) {
      await client.send(new DeleteObjectCommand({ Bucket: of.Bucket, Key: key }))
    }
  }
  client.destroy()
}

function withPrefix(text: string, prefix: string): string {
  const url = new URL(text)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${prefix}`
  return url.href
}

/** A server of one test, which it may stop and start again with all that it holds. */
export interface S3Server {
  readonly port: number
  readonly keys: Keys
  /** The keys as the environment of a process that is to find them. */
  readonly env: Readonly<Record<string, string>>
  /** A bucket of it, as the store takes it. */
  readonly url: string
  /** The folder that the buckets are in. */
  readonly dir: string
  newBucket(): Promise<S3Bucket>
  start(): Promise<void>
  /** At once, without a goodbye to its connections. */
  stop(): Promise<void>
  /** Stops it and removes what it holds. */
  close(): Promise<void>
}

/** Starts one on a free port of 127.0.0.1. */
export async function startS3(): Promise<S3Server> {
  const server = new LocalServer(await freePort())
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
  readonly #above = mkdtempSync(join(tmpdir(), 'stowage-test-s3-'))
  #child: ChildProcess | null = null
  #errors = ''

  constructor(port: number) {
    this.port = port
    this.dir = join(this.#above, 'buckets')
    mkdirSync(this.dir)
    mkdirSync(join(this.#above, 'facts'))
    process.once('exit', () => {
      this.#child?.kill('SIGKILL')
      // It may still be writing while it dies.
      rmSync(this.#above, { recursive: true, force: true, maxRetries: 10 })
    })
  }

  async newBucket(): Promise<S3Bucket> {
    const bucket = `test-${randomBytes(6).toString('hex')}`
    const client = new S3Client({
      ...{ endpoint: `http://127.0.0.1:${this.port}`, region: 'us-east-1', forcePathStyle: true },
      credentials: this.keys,
    })
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
    client.destroy()
    const url = `s3://${bucket}?endpoint=http://127.0.0.1:${this.port}&region=us-east-1&path_style=true`
    return { url, keys: this.keys }
  }

  async start(): Promise<void> {
    if (program === null) throw new Error(missing)
    const { accessKeyId, secretAccessKey } = this.keys
    const child = spawn(
      program,
      [
        ...['--port', `127.0.0.1:${this.port}`, '--quiet', '--keep-alive'],
        // Facts stand beside the objects, since not every temporary folder takes extended attributes.
        ...['posix', '--sidecar', join(this.#above, 'facts'), this.dir],
      ],
      {
        env: { ...process.env, ROOT_ACCESS_KEY_ID: accessKeyId, ROOT_SECRET_ACCESS_KEY: secretAccessKey },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    child.stderr?.on('data', (text: Buffer) => {
      this.#errors += text
    })
    this.#child = child
    for (let waitedMs = 0; !(await answers(this.port)); waitedMs += 20) {
      if (child.exitCode !== null || waitedMs > START_MS)
        throw new Error(`${PROGRAM} does not start: ${this.#errors}`)
      await setTimeout(20)
    }
    // The process does not wait for a server that a test forgot.
    child.unref()
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null) return
    child.ref()
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.#above, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

function findProgram(): string | null {
  const { PATH = '', GOBIN, GOPATH = join(homedir(), 'go'), XDG_CACHE_HOME } = process.env
  const folders = [
    ...PATH.split(delimiter),
    ...(GOBIN === undefined ? [] : [GOBIN]),
    ...GOPATH.split(delimiter).map((path) => join(path, 'bin')),
    join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'stowage-test'),
  ]
  return folders.map((folder) => join(folder, PROGRAM)).find(isProgram) ?? null
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
