#!/usr/bin/env node
// Runs the program with a Node that understands TypeScript: this one, or the one that `npm ci` brought.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

const NODE_MAJOR_MIN = 24
const main = new URL('../src/cli/main.ts', import.meta.url)

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  // As `main.ts` does for those who run that: from here its own code is kept, too, and what strips types is not loaded.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/stowage', import.meta.url))
  enableCompileCache(process.env.NODE_COMPILE_CACHE)
  await import(main.href)
} else {
  const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))
  if (!existsSync(pinned)) {
    console.error(
      `stowage: needs Node ${NODE_MAJOR_MIN} or newer, or the one that \`npm ci\` installs beside it`,
    )
    process.exit(1)
  }
  const child = spawn(pinned, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)))
}
