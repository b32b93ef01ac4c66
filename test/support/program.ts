import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryFolder } from './folder.ts'

const run = promisify(execFile)

/** The file that is the program. */
export const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command of the program to its end. */
export async function stowage(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  try {
    return {
      code: 0,
      ...(await run(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } })),
    }
  } catch (error) {
    return error as Ended
  }
}

/** Makes folders that go when the tests of a file are over. */
export function foldersOfTests(): () => string {
  const folders: string[] = []
  after(() => {
    for (const path of folders) rmSync(path, { recursive: true, force: true })
  })
  return () => {
    const path = temporaryFolder()
    folders.push(path)
    return path
  }
}
