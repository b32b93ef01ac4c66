#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Compiled code is kept from the second start on, for this thread and, by the environment, for the workers: starting
// takes half the time and two thirds of the memory. The folder is the program's own, so that no other user can fill it.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL('../../node_modules/.cache/stowage', import.meta.url),
)
enableCompileCache(process.env.NODE_COMPILE_CACHE)

if (process.argv[2] === 'serve') {
  const { warmUp } = await import('../metadata/sqlite/index.ts')
  warmUp()
}
const { run } = await import('./program.ts')
const { DIALECTS } = await import('../dialects/index.ts')
await run(DIALECTS)
