import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Baseline {
  readonly url: string
  dispose(): Promise<void>
}

/** Starts the baseline server as a process of its own, as Stowage is one. */
export async function startBaseline(durability: 'strict' | 'relaxed'): Promise<Baseline> {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-bench-'))
  const main = fileURLToPath(new URL('./baseline-server.ts', import.meta.url))
  const child = spawn(process.execPath, [main, folder, durability], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = await once(child.stdout, 'data')
  return {
    url: `http://127.0.0.1:${String(port).trim()}`,
    dispose: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
      rmSync(folder, { recursive: true })
    },
  }
}
