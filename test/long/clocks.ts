import assert from 'node:assert/strict'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Client, download, urlOf } from '../dialects/iflytek-ost/wire-client.ts'
import { type SpawnedServer, spawnServer, temporaryFolder } from '../support/harness.ts'
import { startPostgres } from '../support/postgres.ts'
import { s3ServerMissing, startS3 } from '../support/s3.ts'

const HOUR_MS = 3_600_000
const JUMPS_H: readonly number[] = [5, -5, 20, -20]
/** How long uploads live: longer than all that is done with one takes, and short enough to wait for. */
const TTL_S = 60
const SETTINGS = {
  ...{ sweep_interval_s: '1', 'iflytek_ost.slice_size_min_bytes': '0' },
  'iflytek_ost.upload_ttl_s': String(TTL_S),
}

/** A server whose machine's clock the test sets. */
class Node {
  readonly server: SpawnedServer
  readonly client: Client
  readonly #file: string

  private constructor(server: SpawnedServer, file: string) {
    this.server = server
    this.client = new Client(server.url)
    this.#file = file
  }

  static async start(
    folder: string,
    name: string,
    settings: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Node> {
    const file = join(folder, name)
    writeFileSync(file, '0')
    const hook = new URL('../support/shifted-clock.ts', import.meta.url).href
    const clock = { NODE_OPTIONS: `--import=${hook}`, STOWAGE_TEST_CLOCK: file }
    return new Node(
      await spawnServer({ settings: { ...SETTINGS, ...settings }, env: { ...env, ...clock } }),
      file,
    )
  }

  /** Sets its clock, and waits until it says that it has seen that. */
  async jump(hours: number): Promise<void> {
    writeFileSync(`${this.#file}.new`, String(hours * HOUR_MS))
    renameSync(`${this.#file}.new`, this.#file)
    while (!saysSo(await this.#clock(), hours)) await setTimeout(50)
  }

  async #clock(): Promise<string> {
    const response = await fetch(`${this.server.url}/readyz`)
    assert.equal(response.status, 200)
    const { checks } = (await response.json()) as {
      checks: Record<string, { state: string; reason?: string }>
    }
    return `${checks.clock?.state} ${checks.clock?.reason ?? ''}`
  }
}

/** Whether a node says that its clock is so far off, but for a second. */
function saysSo(said: string, hours: number): boolean {
  const [, seconds = '0', way = 'ahead'] = / ([\d.]+) s (ahead|back)/.exec(said) ?? []
  const found = way === 'back' ? -Number(seconds) : Number(seconds)
  return Math.abs(found - hours * 3600) <= 1
}

/** Begins on one node, sends to another, completes on a third. Every call is signed with the right time, so each also shows a node's. */
async function liveOneLife(nodes: readonly Node[], turn: number): Promise<void> {
  const { client: first } = nodes[turn % nodes.length] ?? assert.fail()
  const { client: second } = nodes[(turn + 1) % nodes.length] ?? assert.fail()
  const { client: third } = nodes[(turn + 2) % nodes.length] ?? assert.fail()
  const id = await first.begin()
  const bytes = `slice of turn ${turn}`
  assert.equal((await second.slice(id, 1, bytes)).json.code, 0)
  const done = await third.complete(id)
  assert.equal(done.json.code, 0, done.text)
  assert.equal((await download(urlOf(done))).toString(), bytes)
}

/** Nodes' clocks jump back and forth. What was begun before is there as long as it lives, and no longer. */
async function showSteady(nodes: readonly Node[]): Promise<void> {
  const { client } = nodes[0] ?? assert.fail()
  const kept = await client.begin()
  const begun = performance.now()
  assert.equal((await client.slice(kept, 1, 'kept')).json.code, 0)
  for (const [turn, hours] of JUMPS_H.entries()) {
    await Promise.all(nodes.map((node, at) => node.jump(at % 2 === 0 ? hours : -hours)))
    await liveOneLife(nodes, turn)
    if (turn % 2 === 0) await Promise.all(nodes.map((node) => node.jump(0)))
  }
  const aliveS = (performance.now() - begun) / 1000
  if (aliveS < TTL_S - 5) assert.equal((await client.slice(kept, 2, 'later')).json.code, 0)
  await setTimeout((TTL_S + 3 - aliveS) * 1000)
  assert.notEqual((await client.slice(kept, 3, 'too late')).json.code, 0)
}

describe('clocks that jump by 5 and 20 hours, back and forth', () => {
  test('expire nothing early or late on one node', async (t) => {
    const folder = temporaryFolder()
    const node = await Node.start(folder, 'clock', { metadata: 'sqlite', blobs: 'disk' })
    t.after(async () => {
      await node.server.dispose()
      rmSync(folder, { recursive: true })
    })
    await showSteady([node])
  })

  test('expire nothing early or late on three nodes', { skip: s3ServerMissing() }, async (t) => {
    const folder = temporaryFolder()
    const postgres = await startPostgres()
    const s3 = await startS3()
    const settings = { metadata: postgres.url, blobs: s3.url, secret_key_file: join(folder, 'secret.key') }
    const nodes: Node[] = []
    t.after(async () => {
      for (const { server } of nodes) await server.dispose()
      await s3.close()
      await postgres.close()
      rmSync(folder, { recursive: true })
    })
    for (const name of ['one', 'two', 'three']) nodes.push(await Node.start(folder, name, settings, s3.env))
    await showSteady(nodes)
  })
})
