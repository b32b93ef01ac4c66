import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'

/** Logs 64 MB and tells its parent how much of that it holds in memory. */
const PROGRAM = `
  import { createLogger } from ${JSON.stringify(new URL('./log.ts', import.meta.url).href)}
  const log = createLogger('info')
  for (let count = 0; count < 64; count++) {
    log.info('x'.repeat(1_000_000))
    await new Promise(setImmediate)
  }
  gc()
  process.send(process.memoryUsage().heapUsed)
`

test('lines that nobody takes do not fill the memory', async () => {
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  try {
    const [heapUsed] = (await once(child, 'message')) as [number]
    assert.ok(heapUsed < 40_000_000, `${heapUsed} bytes are held`)
  } finally {
    child.kill('SIGKILL')
  }
})

test('a log on standard error leaves standard output alone', () => {
  const url = JSON.stringify(new URL('./log.ts', import.meta.url).href)
  const program = `import { createLogger } from ${url}; createLogger('info', 'stderr').info('noted')`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  })
  assert.equal(stdout, '')
  assert.match(stderr, /"noted"/)
})

test('what is logged stays within its line', () => {
  const url = JSON.stringify(new URL('./log.ts', import.meta.url).href)
  const forged = 'GET\n{"level":"info","msg":"forged"}\r\u001b[2J'
  const program = `import { createLogger } from ${url}
    createLogger('info').info({ method: process.argv[1] }, process.argv[1])`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program, forged], {
    encoding: 'utf8',
  })
  const [line = '', ...more] = stdout.trimEnd().split('\n')
  assert.deepEqual(more, [])
  const { method, msg } = JSON.parse(line) as { readonly method: string; readonly msg: string }
  assert.deepEqual([method, msg], [forged, forged])
})
