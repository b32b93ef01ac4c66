import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import type { Result } from '../../prove/run.ts'
import { temporaryFolder } from '../support/folder.ts'

const RUN = new URL('../../prove/run.ts', import.meta.url).href

test('a proof that waits for what never comes fails, and says so', () => {
  const { verdict, failures } = resultOf('() => new Promise(() => {})')
  assert.equal(verdict, 'FAILED')
  assert.match(String(failures[0]?.details.error), /waits for something that does not come any more/)
})

test('a proof fails for work that it does not wait for', () => {
  const { verdict, failures } = resultOf("() => (Promise.reject(new Error('lost')), new Promise(() => {}))")
  assert.equal(verdict, 'FAILED')
  assert.match(String(failures[0]?.details.error), /lost/)
})

test('a proof that ends well passes', () => {
  assert.equal(resultOf("async (run) => run.count('things')").verdict, 'passed')
})

/** What comes of a proof in a process of its own, in which nothing else goes on. */
function resultOf(run: string): Result {
  const script = `
    import { Running } from '${RUN}'
    const proof = { name: 'some', shows: 'something', sizes: {}, run: ${run} }
    const { signal } = new AbortController()
    const options = { seed: 1, isShort: true, sizes: {}, signal, say: () => {} }
    console.log(JSON.stringify(await new Running(proof, options).toEnd()))
    process.exit()`
  const folder = temporaryFolder()
  const env = { ...process.env, TMPDIR: folder }
  try {
    const args = ['--input-type=module', '-e', script]
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
