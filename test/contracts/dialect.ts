import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { auditOf } from '../support/audit.ts'
import {
  MovableClock,
  spawnServer,
  startTestServer,
  type TestServer,
  temporaryFolder,
} from '../support/harness.ts'
import { shows } from '../support/shows.ts'

/** How one dialect does what all can do. */
export interface DialectDriver {
  readonly name: string
  /** Bytes that the dialect accepts, over the inline limit; other bytes for another seed. */
  sample(seed: number): Buffer
  /** Sends bytes up to, but not including, the step that makes them visible. */
  upload(serverUrl: string, name: string, bytes: Buffer): Promise<PendingUpload>
}

export interface PendingUpload {
  /** Makes it visible; returns the dialect's handle of it. On another address after a restart. */
  complete(serverUrl: string): Promise<string>
  /** What the handle reads as now; null when there is nothing. */
  read(serverUrl: string, handle: string | null): Promise<Buffer | null>
}

/** What every dialect promises, whatever its wire looks like. `settings` choose the stores. */
export function dialectContract(
  driver: DialectDriver,
  settings: Readonly<Record<string, string>> = {},
): void {
  describe(`${driver.name} keeps the promises of all dialects`, () => {
    let server: TestServer
    before(async () => {
      server = await startTestServer({ settings })
    })
    after(() => server.stop())

    test(`${driver.name}: shows nothing before it is completed, and every byte after`, async () => {
      const bytes = driver.sample(1)
      const upload = await driver.upload(server.url, 'a.wav', bytes)
      assert.equal(await upload.read(server.url, null), null)
      const handle = await upload.complete(server.url)
      assert.ok((await upload.read(server.url, handle))?.equals(bytes))
      shows('huawei-vod', "all dialects' promises")
    })

    test(`${driver.name}: answers repeated and parallel completions alike`, async () => {
      const upload = await driver.upload(server.url, 'b.wav', driver.sample(1))
      const parallel = await Promise.all(Array.from({ length: 8 }, () => upload.complete(server.url)))
      const handles = new Set([...parallel, await upload.complete(server.url)])
      assert.equal(handles.size, 1)
      shows('huawei-vod', "all dialects' promises")
    })

    test(`${driver.name}: loses nothing that was acknowledged to kill -9`, async () => {
      const dataDir = temporaryFolder()
      const bytes = [driver.sample(1), driver.sample(2)] as const
      const first = await spawnServer({ dataDir, settings })
      const done = await driver.upload(first.url, 'a.wav', bytes[0])
      await done.complete(first.url)
      const pending = await driver.upload(first.url, 'b.wav', bytes[1])
      await first.kill('SIGKILL')

      const second = await spawnServer({ dataDir, settings })
      const handles = [await done.complete(second.url), await pending.complete(second.url)] as const
      assert.ok((await done.read(second.url, handles[0]))?.equals(bytes[0]))
      assert.ok((await pending.read(second.url, handles[1]))?.equals(bytes[1]))
      shows('huawei-vod', "all dialects' promises")
      await second.dispose()
      rmSync(dataDir, { recursive: true })
    })

    test(`${driver.name}: frees the bytes of uploads that are never completed`, async () => {
      const clock = new MovableClock()
      const server = await startTestServer({ settings, clock })
      const kept = await driver.upload(server.url, 'a.wav', driver.sample(1))
      await kept.complete(server.url)
      const { live } = await auditOf(server.engine)
      await driver.upload(server.url, 'b.wav', driver.sample(2))
      assert.ok((await auditOf(server.engine)).live > live)
      clock.advance(30 * 24 * 3600_000)
      await server.jobs.runAll()
      assert.deepEqual(await auditOf(server.engine), { live, missing: [], unreferenced: [] })
      shows('huawei-vod', "all dialects' promises")
      await server.stop()
    })
  })
}
