import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { MovableClock, spawnServer, startTestServer, temporaryFolder } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { printSegment, shellRecogniser, TaskClient, textOf } from './task-rig.ts'
import { APP, Client, urlOf } from './wire-client.ts'

const LEASE_MS = 60_000

/**
 * A recogniser that waits for a door: it notes that it has begun and where it runs, and prints once the file `open` is there. What it notes is
 * one line each in `log`.
 */
function waitingRecogniser(folder: string): string {
  const log = join(folder, 'log')
  const door = join(folder, 'open')
  return shellRecogniser(
    `echo "begin $$" >> ${log}; while [ ! -e ${door} ]; do sleep 0.05; done; echo "end $$" >> ${log}; ${printSegment('heard')}`,
  )
}

const settingsOf = (folder: string) => ({ 'iflytek_ost.recogniser': waitingRecogniser(folder) })

const logOf = (folder: string): readonly string[] =>
  existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8').trim().split('\n') : []

async function begun(folder: string, count = 1): Promise<number> {
  for (;;) {
    const begins = logOf(folder).filter((line) => line.startsWith('begin'))
    const last = begins[count - 1]
    if (last !== undefined) return Number(last.split(' ')[1])
    await sleep(10)
  }
}

function lives(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function folders(t: TestContext) {
  const [dataDir, folder] = [temporaryFolder(), temporaryFolder()]
  writeFileSync(join(folder, 'log'), '')
  t.after(() => {
    // Lets go of whatever still waits.
    appendFileSync(join(folder, 'open'), '')
  })
  return { dataDir, folder, settings: settingsOf(folder) }
}

const pathOf = (url: string): string => new URL(url).pathname

test('a task survives kill -9: the next start ends its recogniser, and does it when its lease is over', async (t) => {
  const { dataDir, folder, settings } = folders(t)
  const killed = await spawnServer({ dataDir, settings })
  const path = pathOf(urlOf(await new Client(killed.url).upload('voice')))
  const taskId = await new TaskClient(killed.url).begin(killed.url + path)
  const orphan = await begun(folder)
  assert.equal(await new TaskClient(killed.url).status(taskId), '2')
  await killed.kill('SIGKILL')
  assert.ok(lives(orphan))

  const clock = new MovableClock()
  const server = await startTestServer({ dataDir, settings, clock })
  t.after(() => server.stop())
  while (lives(orphan)) await sleep(10)
  const tasks = new TaskClient(server.url, APP, { date: () => new Date(clock.now()).toUTCString() })
  await server.jobs.runAll()
  assert.equal(await tasks.status(taskId), '2')
  clock.advance(LEASE_MS + 1000)
  writeFileSync(join(folder, 'open'), '')
  await server.jobs.runAll()
  assert.equal(textOf(await tasks.query(taskId)), 'heard')
  shows('iflytek-ost', 'a task, after kill -9')
})

test('a server that stops ends its recogniser, and the next one does the task at once', async (t) => {
  const { dataDir, folder, settings } = folders(t)
  const stopping = await startTestServer({ dataDir, settings })
  const path = pathOf(urlOf(await new Client(stopping.url).upload('voice')))
  const taskId = await new TaskClient(stopping.url).begin(stopping.url + path)
  const running = stopping.jobs.runAll()
  const pid = await begun(folder)
  await stopping.stop()
  await running
  assert.ok(!lives(pid))

  writeFileSync(join(folder, 'open'), '')
  const server = await startTestServer({ dataDir, settings })
  t.after(() => server.stop())
  await server.jobs.runAll()
  assert.equal(textOf(await new TaskClient(server.url).query(taskId)), 'heard')
  shows('iflytek-ost', 'a task, after a stop')
})

test('recognisers run at once up to their number, and each task once', async (t) => {
  const { dataDir, folder, settings } = folders(t)
  const server = await spawnServer({
    dataDir,
    settings: { ...settings, 'iflytek_ost.recognisers_max': '2' },
  })
  t.after(() => server.dispose())
  const tasks = new TaskClient(server.url)
  const url = urlOf(await new Client(server.url).upload('voice'))
  const ids = await Promise.all(Array.from({ length: 5 }, () => tasks.begin(url)))
  await begun(folder, 2)
  const statuses = await Promise.all(ids.map((id) => tasks.status(id)))
  assert.deepEqual(statuses.toSorted(), ['1', '1', '1', '2', '2'])
  writeFileSync(join(folder, 'open'), '')
  for (const id of ids) while ((await tasks.status(id)) !== '3') await sleep(20)
  assert.deepEqual(await Promise.all(ids.map((id) => tasks.status(id))), ['3', '3', '3', '3', '3'])
  shows('iflytek-ost', 'data.task_status 1, 2, 3')
  const log = logOf(folder).map((line) => line.split(' ')[0])
  assert.equal(log.filter((word) => word === 'begin').length, 5)
  let running = 0
  for (const word of log) {
    running += word === 'begin' ? 1 : -1
    assert.ok(running <= 2)
  }
  shows('iflytek-ost', 'tasks side by side')
})
