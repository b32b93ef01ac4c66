import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../test/support/free-port.ts'
import { type SpawnedServer, spawnServer } from '../test/support/harness.ts'

export interface NodesOptions {
  readonly count: number
  /** A folder for what the nodes keep. */
  readonly folder: string
  /** Of all nodes. */
  readonly settings?: Readonly<Record<string, string>>
  /** Of one node, on top of those of all, and of this process. */
  readonly own?: (index: number) => Own
}

export interface Own {
  readonly settings?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

/** As much of a log is told. */
const LOG_LINES = 30
const isDull = (line: string): boolean =>
  line.includes('"msg":"request"') && /"status":[23]|"method":"GET".*"status":4/.test(line)

const kept = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !isDull(line)).slice(-LOG_LINES)

/** What runs goes with this process, however that ends. */
const pids = new Set<number>()
process.once('exit', () => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
})

/** Equal nodes, in processes of their own, each at an address that it keeps. */
export class Nodes {
  /** The base of what they hand out. Nobody listens there but a single node. */
  readonly publicUrl: string
  readonly #options: NodesOptions
  readonly #ports: readonly number[]
  /** Where each speaks S3. */
  readonly #s3Ports: readonly number[]
  readonly #running: (SpawnedServer | null)[]
  /** Logs of those that ended, by node. */
  readonly #oldLines: (readonly string[])[]

  private constructor(options: NodesOptions, ports: readonly number[], s3Ports: readonly number[]) {
    this.#options = options
    this.#ports = ports
    this.#s3Ports = s3Ports
    this.publicUrl = `http://127.0.0.1:${ports[0]}`
    this.#running = ports.map(() => null)
    this.#oldLines = ports.map(() => [])
  }

  static async start(options: NodesOptions): Promise<Nodes> {
    const ports: number[] = []
    while (ports.length < 2 * options.count) ports.push(await freePort())
    const nodes = new Nodes(options, ports.slice(0, options.count), ports.slice(options.count))
    try {
      await nodes.startAll()
      return nodes
    } catch (error) {
      await nodes.killAll()
      throw error
    }
  }

  get count(): number {
    return this.#ports.length
  }

  /** Addresses of those that run. */
  get urls(): readonly string[] {
    return this.#running.flatMap((node) => (node === null ? [] : [node.listenUrl]))
  }

  urlOf(index: number): string {
    return `http://127.0.0.1:${this.#ports[index]}`
  }

  /** Where the node that listens there speaks S3. */
  readonly s3At = (url: string): string => `http://127.0.0.1:${this.#s3Ports[this.#indexOf(url)]}`

  /** 0 for one that does not run. */
  pidOf(index: number): number {
    return this.#running[index]?.pid ?? 0
  }

  dataDirOf(index: number): string {
    return join(this.#options.folder, `node-${index}`)
  }

  /** What any program on these stores is started with. */
  get settings(): Readonly<Record<string, string>> {
    const { folder, settings } = this.#options
    return {
      secret_key_file: join(folder, 'secret.key'),
      public_url: this.publicUrl,
      'iflytek_ost.slice_size_min_bytes': '0',
      ...settings,
    }
  }

  async start(index: number): Promise<void> {
    const own = this.#options.own?.(index) ?? {}
    const dataDir = this.dataDirOf(index)
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const listen = `127.0.0.1:${this.#ports[index]}`
    const settings = {
      ...{ ...this.settings, ...own.settings },
      ...{ listen, 's3.listen': `127.0.0.1:${this.#s3Ports[index]}` },
    }
    const server = await spawnServer({ dataDir, settings, env: own.env ?? {} })
    pids.add(server.pid)
    this.#running[index] = server
  }

  /** Starts those that do not run; the first one first, which makes what all share. */
  async startAll(): Promise<void> {
    const waiting = [...this.#running.keys()].filter((index) => this.#running[index] === null)
    if (waiting.length === this.count) await this.start(waiting.shift() ?? 0)
    const started = await Promise.allSettled(waiting.map((index) => this.start(index)))
    for (const each of started) if (each.status === 'rejected') throw each.reason
  }

  /** As a power cut of that node alone: SIGKILL. */
  async kill(index: number): Promise<void> {
    const node = this.#running[index] ?? null
    this.#running[index] = null
    await node?.kill('SIGKILL')
    pids.delete(node?.pid ?? 0)
    this.#oldLines[index] = kept([...(this.#oldLines[index] ?? []), ...(node?.lines ?? [])])
  }

  /** Resolves with the exit code of a node that was asked to end. */
  async end(index: number): Promise<number | null> {
    const node = this.#running[index] ?? null
    this.#running[index] = null
    const code = await node?.kill('SIGTERM')
    pids.delete(node?.pid ?? 0)
    return code ?? null
  }

  async killAll(): Promise<void> {
    await Promise.all(this.#ports.map((_, index) => this.kill(index)))
  }

  /** The end of the log of who listens there, over its restarts. */
  logOf(url: string): string {
    const index = this.#indexOf(url)
    const lines = [...(this.#oldLines[index] ?? []), ...(this.#running[index]?.lines ?? [])]
    return kept(lines).join('\n')
  }

  #indexOf(url: string): number {
    return this.#ports.findIndex((_, index) => this.urlOf(index) === url)
  }
}
