import { mock } from 'node:test'
import { run } from '../../src/cli/program.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import type { Ended } from './program.ts'

/** Runs a command of the program in this process, which is quicker than in one of its own. One at a time. */
export async function command(
  settings: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ended> {
  const before = { ...process.env }
  const [out, err] = [mock.method(console, 'log', () => {}), mock.method(console, 'error', () => {})]
  const told = ({ mock: { calls } }: typeof out) => calls.map(({ arguments: [line] }) => `${line}\n`).join('')
  Object.assign(process.env, settings)
  try {
    await run(DIALECTS, args)
    return { code: Number(process.exitCode ?? 0), stdout: told(out), stderr: told(err) }
  } finally {
    process.exitCode = undefined
    process.env = before
    mock.reset()
  }
}
