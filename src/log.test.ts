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
