import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '../../test/support/folder.ts'
import { isCoreError } from '../core/errors.ts'
import type { Program } from '../core/ports/programs.ts'
import { createPrograms } from './index.ts'

const ENVIRONMENT = { PATH: '/usr/bin:/bin' }

function rig(_: TestContext) {
  const folder = temporaryFolder()
  const root = join(folder, 'programs')
  const programs = createPrograms(root, ENVIRONMENT, 0)
  const sh = (script: string, more: Partial<Program> = {}) =>
    programs.run({
      ...{ command: ['/bin/sh', '-c', script], folder, timeoutMs: 60_000, outputSizeMax: 1000 },
      ...{ signal: new AbortController().signal, ...more },
    })
  return { folder, root, programs, sh }
}

async function* chunks(...texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text)
}

/** Whether a process is there; what is dead and waits for its parent is not. */
const lives = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10)
}

test('a program that ends tells its status, its output and the end of its errors', async (t) => {
  const { sh } = rig(t)
  const end = await sh('echo out; echo err >&2; exit 3')
  assert.ok(end.how === 'exited')
  assert.deepEqual([end.status, Buffer.from(end.output).toString(), end.errors], [3, 'out\n', 'err'])
  const noisy = await sh('seq 1 100000 >&2')
  assert.deepEqual([noisy.errors.length <= 4096, noisy.errors.endsWith('100000')], [true, true])
})

test('no shell reads the words of a command', async (t) => {
  const { sh } = rig(t)
  const end = await sh('', { command: ['/bin/echo', '$HOME; `id` *'] })
  assert.ok(end.how === 'exited')
  assert.equal(Buffer.from(end.output).toString(), '$HOME; `id` *\n')
})

test('a program sees nothing of the environment but what it is given, and its own folder for what passes', async (t) => {
  const { sh, folder } = rig(t)
  process.env.STOWAGE_TEST_SECRET = 'secret'
  const end = await sh('env', { environment: { SPOKEN_LANGUAGE: 'zh_cn' } })
  delete process.env.STOWAGE_TEST_SECRET
  assert.ok(end.how === 'exited')
  const names = Buffer.from(end.output)
    .toString()
    .split('\n')
    .map((line) => line.split('=')[0])
  for (const name of ['PATH', 'TMPDIR', 'SPOKEN_LANGUAGE']) assert.ok(names.includes(name), name)
  assert.ok(!names.includes('STOWAGE_TEST_SECRET'))
  assert.match(Buffer.from(end.output).toString(), new RegExp(`TMPDIR=${folder}\n`))
})

test('a program that takes too long, writes too much or dies is told apart', async (t) => {
  const { sh } = rig(t)
  assert.equal((await sh('sleep 1000', { timeoutMs: 100 })).how, 'took-too-long')
  assert.equal((await sh('yes')).how, 'wrote-too-much')
  const died = await sh('echo no >&2; kill -9 $$')
  assert.deepEqual(died, { how: 'died', by: 'SIGKILL', errors: 'no' })
})

test('a program that is not there cannot be started', async (t) => {
  const { sh } = rig(t)
  const end = await sh('', { command: ['/no/such/program'] })
  assert.equal(end.how, 'not-started')
  assert.match(end.errors, /ENOENT/)
  const long = await sh('', { command: ['/bin/echo', 'x'.repeat(4 << 20)] })
  assert.equal(long.how, 'not-started')
  assert.match(long.errors, /E2BIG/)
})

test('a program cannot be started where no descriptors are left, and the server lives on', () => {
  const script = `
    import { openSync } from 'node:fs'
    import { runProgram } from ${JSON.stringify(new URL('./run.ts', import.meta.url).href)}
    const { signal } = new AbortController()
    const program = { command: ['/bin/true'], folder: '/', timeoutMs: 60_000, outputSizeMax: 10, signal }
    try { for (;;) openSync('/dev/null') } catch {}
    process.exitCode = 3
    const end = await runProgram(program, {})
    process.stdout.write(JSON.stringify(end))
    process.exitCode = 0`
  const node = [process.execPath, '--input-type=module', '--eval', script]
  const said = execFileSync('/bin/sh', ['-c', 'ulimit -n 100; exec "$@"', 'sh', ...node], {
    encoding: 'utf8',
  })
  const end = JSON.parse(said)
  assert.equal(end.how, 'not-started')
  assert.match(end.errors, /EMFILE/)
})

test('what a program has started ends with it, however it ends', async (t) => {
  const { sh, folder } = rig(t)
  const pidFile = join(folder, 'pid')
  const withChild = `sleep 1000 & echo $! > ${pidFile};`
  for (const [script, more] of [
    [withChild, {}],
    [`${withChild} sleep 1000`, { timeoutMs: 2000 }],
    [`${withChild} yes`, {}],
  ] as const) {
    rmSync(pidFile, { force: true })
    await sh(script, more)
    const pid = Number(readFileSync(pidFile, 'utf8'))
    await until(() => !lives(pid))
  }
})

test('a signal ends a program, and is what its run is rejected with', async (t) => {
  const { sh, folder } = rig(t)
  const stopping = new AbortController()
  const run = sh('echo $$ > pid; sleep 1000', { signal: stopping.signal })
  await until(() => existsSync(join(folder, 'pid')) && statSync(join(folder, 'pid')).size > 1)
  stopping.abort(new Error('the server ends'))
  await assert.rejects(run, { message: 'the server ends' })
  assert.ok(!lives(Number(readFileSync(join(folder, 'pid'), 'utf8'))))
  await assert.rejects(sh('touch late', { signal: stopping.signal }), { message: 'the server ends' })
  assert.ok(!existsSync(join(folder, 'late')))
})

test('a program that has ended is not ended again: its number may be another’s', async (t) => {
  const { sh, folder } = rig(t)
  const kills = t.mock.method(process, 'kill').mock
  const ofGroups = () => kills.calls.filter(({ arguments: [pid] }) => pid < 0).length
  const stopping = new AbortController()
  // It holds the output open, and is in no group of ours.
  const apart = `setsid /bin/sh -c 'echo $$ > pid; exec sleep 1000' 2>/dev/null &`
  const run = sh(`${apart} until [ -s pid ]; do sleep 0.01; done`, { signal: stopping.signal })
  await until(() => ofGroups() === 1)
  stopping.abort(new Error('the server ends'))
  await assert.rejects(run, { message: 'the server ends' })
  process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')))
  assert.equal(ofGroups(), 1)
})

test('a file is there while it is used, for its owner alone, and then it is gone', async (t) => {
  const { programs, root } = rig(t)
  const seen = await programs.withFile('a.wav', chunks('one ', 'two'), async ({ path }) => ({
    ...{ path, text: readFileSync(path, 'utf8'), mode: statSync(path).mode & 0o777 },
  }))
  assert.deepEqual([seen.text, seen.mode, seen.path.endsWith('/a.wav')], ['one two', 0o600, true])
  assert.deepEqual(readdirSync(root), [])
})

test('a file goes also when its bytes or its use fail, and the error is theirs', async (t) => {
  const { programs, root } = rig(t)
  async function* broken(): AsyncIterable<Uint8Array> {
    yield Buffer.from('x')
    throw new Error('broke off')
  }
  const nothing = async () => {}
  await assert.rejects(programs.withFile('a', broken(), nothing), { message: 'broke off' })
  const failing = async () => Promise.reject(new Error('no use'))
  await assert.rejects(programs.withFile('a', chunks('x'), failing), { message: 'no use' })
  const elsewhere = programs.withFile('no/such/folder', chunks('x'), nothing)
  await assert.rejects(elsewhere, (error) => isCoreError(error, 'storage-failed'))
  assert.deepEqual(readdirSync(root), [])
})

test('a start removes what a process has left that is gone, and ends the program that runs there', async (t) => {
  const { folder, root } = rig(t)
  const linked = join(folder, 'linked')
  symlinkSync(root, linked)
  const programs = createPrograms(linked, ENVIRONMENT, 0)
  const left = join(linked, '999999999-left00')
  mkdirSync(left)
  writeFileSync(join(left, 'audio.wav'), 'x')
  const stopping = new AbortController()
  const run = programs.run({
    ...{ command: ['/bin/sleep', '1000'], folder: left, timeoutMs: 60_000, outputSizeMax: 10 },
    signal: stopping.signal,
  })
  createPrograms(linked, ENVIRONMENT, 0)
  assert.equal((await run).how, 'died')
  assert.deepEqual(readdirSync(root), [])
})

test('a start leaves alone what is not its own', (t) => {
  const { folder, root } = rig(t)
  const others = ['999999999', '999999999-left', '999999999-left00.old', 'a-999999999-left00', 'models']
  for (const name of others) mkdirSync(join(root, name))
  writeFileSync(join(root, '999999998-file00'), 'x')
  symlinkSync(folder, join(root, '999999998-link00'))
  createPrograms(root, ENVIRONMENT, 0)
  assert.deepEqual(readdirSync(root).sort(), [...others, '999999998-file00', '999999998-link00'].sort())
})
