import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../support/folder.ts'
import { ACCOUNT, spawnServer } from '../support/harness.ts'
import { LoadClient } from '../support/load.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const CALLS = 'openat,write,writev,sendto,sendmsg,pwrite64,pwritev,fsync,fdatasync'
const canTrace = spawnSync('strace', ['-D', '-f', '-o', '/dev/null', 'true']).status === 0
const skip = canTrace ? false : 'strace is not there or not allowed'

/** A call to the system: its name, what it works on, and the line it ended with. */
interface Call {
  readonly name: string
  readonly text: string
}

test('success is answered after everything is synced', { skip, timeout: 60_000 }, async () => {
  const folder = temporaryFolder()
  const trace = join(folder, 'trace')
  const server = startTraced(join(folder, 'new', 'data'), trace)
  try {
    const client = new LoadClient(await readyUrl(server))
    await client.form('/file/upload', {}, Buffer.alloc(1000))
    await client.form('/file/upload', {}, Buffer.alloc(1_000_000))
    client.close()
    server.kill('SIGTERM')
    await once(server, 'exit')
    const calls = callsIn(await wholeTrace(trace, server.pid))
    assertFoldersSynced(calls, folder)
    const [small, large, ...more] = answersIn(calls)
    assert.ok(small !== undefined && large !== undefined && more.length === 0)
    assertSynced(calls.slice(0, small), /stowage\.db-wal$/)
    const written = calls.slice(small, large)
    const segment = /\/blobs\/([0-9a-f]{2})\/\1[0-9a-f]{30}$/
    assertSynced(written, segment)
    assertSynced(written, /stowage\.db-wal$/)
    const segmentSynced = lastIndexOf(written, /sync$/, segment)
    const folderSynced = lastIndexOf(written, /sync$/, /\/blobs\/[0-9a-f]{2}$/)
    const factsWritten = lastIndexOf(written, /write/, /stowage\.db-wal$/)
    assert.ok(segmentSynced < folderSynced && folderSynced < factsWritten)
  } finally {
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
})

test('what is in the data folder is for its owner alone', async () => {
  const server = await spawnServer({ accounts: 'demo' })
  try {
    const modes = readdirSync(server.dataDir)
      .filter((name) => statSync(join(server.dataDir, name)).isFile())
      .map((name) => [name, (statSync(join(server.dataDir, name)).mode & 0o777).toString(8)])
    assert.ok(modes.length >= 4)
    assert.deepEqual(
      modes.filter(([, mode]) => mode !== '600'),
      [],
    )
  } finally {
    await server.dispose()
  }
})

for (const [name, make] of [
  ['blobs', (path: string) => writeFileSync(path, '')],
  ['stowage.db', (path: string) => mkdirSync(path)],
] as const) {
  test(`a start that cannot use ${name} ends`, { timeout: 30_000 }, async () => {
    const dataDir = temporaryFolder()
    make(join(dataDir, name))
    try {
      await assert.rejects(spawnServer({ dataDir }), /the server ended with 1/)
    } finally {
      rmSync(dataDir, { recursive: true })
    }
  })
}

function startTraced(dataDir: string, trace: string): ChildProcess {
  const command = [process.execPath, MAIN, 'serve', '--listen=127.0.0.1:0', `--data-dir=${dataDir}`]
  return spawn('strace', ['-D', '-f', '-y', '-s', '16', '-o', trace, '-e', `trace=${CALLS}`, ...command], {
    env: { ...process.env, STOWAGE_ACCOUNTS: JSON.stringify([ACCOUNT]) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function readyUrl(server: ChildProcess): Promise<string> {
  assert.ok(server.stdout)
  for await (const line of createInterface({ input: server.stdout })) {
    const entry = JSON.parse(line) as { msg?: string; publicUrl?: string }
    if (entry.msg === 'ready' && entry.publicUrl !== undefined) return entry.publicUrl
  }
  throw new Error('the server did not start')
}

/** The tracer writes a little longer than the server lives. */
async function wholeTrace(file: string, pid: number | undefined): Promise<string> {
  for (;;) {
    const text = readFileSync(file, 'utf8')
    if (new RegExp(`^${pid} +\\+\\+\\+ exited`, 'm').test(text)) return text
    await setTimeout(20)
  }
}

/** The calls in the order in which they ended; answers to clients in that in which they began. */
function callsIn(trace: string): readonly Call[] {
  const begun = new Map<string, string>()
  const calls: Call[] = []
  const add = (line: string) => {
    const [, name, file] = /^(\w+)\([^,<)]*(?:<([^>]*)>)?/.exec(line) ?? []
    if (name !== undefined)
      calls.push({ name, text: line.includes('"HTTP/1.1 200') ? 'answer' : (file ?? '') })
  }
  for (const line of trace.split('\n')) {
    const [, thread = '', text = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    const isAnswer = text.includes('"HTTP/1.1 200')
    if (text.endsWith('<unfinished ...>') && !isAnswer) begun.set(thread, text)
    else if (text.startsWith('<...')) add(begun.get(thread) ?? '')
    else add(text)
    if (text.startsWith('<...')) begun.delete(thread)
  }
  return calls
}

const answersIn = (calls: readonly Call[]): readonly number[] =>
  calls.flatMap(({ text }, index) => (text === 'answer' ? [index] : []))

const lastIndexOf = (calls: readonly Call[], name: RegExp, file: RegExp): number =>
  calls.findLastIndex((call) => name.test(call.name) && file.test(call.text))

/** What was last written to the file is synced. */
function assertSynced(calls: readonly Call[], file: RegExp): void {
  const written = lastIndexOf(calls, /write/, file)
  assert.notEqual(written, -1, `nothing was written to ${file}`)
  assert.ok(lastIndexOf(calls, /sync$/, file) > written, `${file} was not synced after the last write`)
}

/** All folders that were made, from the one that was there on. */
function assertFoldersSynced(calls: readonly Call[], folder: string): void {
  const synced = new Set(calls.filter(({ name }) => name.endsWith('sync')).map(({ text }) => text))
  for (const path of ['', '/new', '/new/data', '/new/data/blobs']) {
    assert.ok(synced.has(`${folder}${path}`), `the folder ${path} was not synced`)
  }
}
