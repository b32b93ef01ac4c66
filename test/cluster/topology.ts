import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type SpawnedServer, spawnServer, temporaryFolder } from '../support/harness.ts'
import { Balancer } from './balancer.ts'

/** Where the nodes keep things: settings of the configuration, and the S3 keys' environment. */
export interface SharedStores {
  readonly settings: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}

/** Equal nodes behind a balancer, which share their secret key. A node's own folder holds nothing that matters: it is new at every start. */
export class Cluster {
  readonly balancer: Balancer
  readonly #stores: SharedStores
  readonly #nodes: (SpawnedServer | null)[]
  readonly #shared = temporaryFolder()

  private constructor(balancer: Balancer, stores: SharedStores, size: number) {
    this.balancer = balancer
    this.#stores = stores
    this.#nodes = Array.from({ length: size }, () => null)
  }

  static async start(stores: SharedStores, size = 3): Promise<Cluster> {
    const cluster = new Cluster(await Balancer.start(), stores, size)
    await Promise.all(cluster.#nodes.map((_, index) => cluster.startNode(index)))
    return cluster
  }

  get url(): string {
    return this.balancer.url
  }

  /** What every program that works on these stores has to be told. */
  get secretKeyFile(): string {
    return join(this.#shared, 'secret.key')
  }

  get size(): number {
    return this.#nodes.length
  }

  async startNode(index: number): Promise<void> {
    const { settings, env } = this.#stores
    const public_url = this.balancer.url
    const own = {
      public_url,
      secret_key_file: this.secretKeyFile,
      drain_timeout_s: '5',
      'iflytek_ost.slice_size_min_bytes': '0',
    }
    this.#nodes[index] = await spawnServer({ settings: { ...settings, ...own }, env })
    this.#retarget()
  }

  /** `kill -9`, as a power cut of that node. */
  async killNode(index: number): Promise<void> {
    const node = this.#nodes[index]
    this.#nodes[index] = null
    this.#retarget()
    await node?.dispose()
  }

  async stop(): Promise<void> {
    for (const index of this.#nodes.keys()) await this.killNode(index)
    await this.balancer.stop()
    rmSync(this.#shared, { recursive: true })
  }

  #retarget(): void {
    this.balancer.targets = this.#nodes.flatMap((node) => (node === null ? [] : [node.listenUrl]))
  }
}
