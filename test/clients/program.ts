import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Setting } from './places.ts'

/** How a program is started: command, arguments before the setting, more environment. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** What came of one step of a program. */
export interface Step {
  readonly step: string
  readonly ok: boolean
  /** What went wrong. */
  readonly error?: string
}

/** Where Python's requests and ssl, and Go, look for whom they trust. */
const trusting = ({ ca }: Setting): Readonly<Record<string, string>> =>
  ca === null ? {} : { REQUESTS_CA_BUNDLE: ca, SSL_CERT_FILE: ca }

/**
 * Runs a program to its end. Its output is one JSON object a line, for each step. Rejects when it ends otherwise than with 0,
 * with what it wrote to its standard error.
 */
export async function runProgram({ file, args, env }: Command, setting: Setting): Promise<readonly Step[]> {
  const child = spawn(file, [...args, JSON.stringify(setting)], {
    env: { ...process.env, ...trusting(setting), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await once(child, 'close')) as [number | null]
  const [out, errors] = await output
  if (code !== 0) throw new Error(`the program ended with ${code}:\n${errors}`)
  return out
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes('"step"'))
    .map((line) => JSON.parse(line) as Step)
}
