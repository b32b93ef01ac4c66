import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MediaCase } from './case.ts'

/** So many programs run at a time. */
const AT_ONCE = 3

/** Runs a program and returns its output. Errors: what it has said, if it ends with another status than 0. */
export function run(program: string, args: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const output: Buffer[] = []
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000)
    })
    child.once('error', reject)
    child.once('close', (status) => {
      if (status === 0) resolve(Buffer.concat(output))
      else reject(new Error(`${program} ${args.join(' ')}: ${said.trim()}`))
    })
  })
}

/** Does `work` for each, a few at a time. */
export async function each<T>(
  list: readonly T[],
  work: (item: T) => Promise<void>,
  atOnce = AT_ONCE,
): Promise<void> {
  const left = list.values()
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

const FFMPEG = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', '-threads', '1']

/** Makes the files of all cases in a folder, but for those that are there already. Errors: all that ffmpeg could not make. */
export async function makeAll(cases: readonly MediaCase[], folder: string): Promise<void> {
  const path = (name: string): string => join(folder, name)
  const failures: string[] = []
  await each(cases, async ({ name, made }) => {
    if (existsSync(path(name)) && made.by !== 'hand') return
    try {
      await makeOne(made, path(name))
    } catch (error) {
      failures.push(`${name}: ${String(error)}`)
    }
  })
  if (failures.length > 0) throw new Error(failures.join('\n'))
  // Changes may be made of changes, which come before them.
  for (const { name, made } of cases) {
    if (made.by === 'change') writeFileSync(path(name), made.change(readFileSync(path(made.of))))
  }
}

async function makeOne(made: MediaCase['made'], path: string): Promise<void> {
  const common = ['-fflags', '+bitexact', '-flags', '+bitexact']
  if (made.by === 'ffmpeg') await run('ffmpeg', [...FFMPEG, ...made.args, ...common, path])
  else if (made.by === 'hand') writeFileSync(path, made.bytes())
  else if (made.by === 'pipe') {
    writeFileSync(
      path,
      await run('ffmpeg', [...FFMPEG, ...made.args, ...common, '-f', made.format, 'pipe:1']),
    )
  }
}
