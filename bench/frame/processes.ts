import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'

const TICKS_PER_SECOND = 100

/** Characters of what a program says at last, for the error when it does not start. */
const ERRORS_KEPT = 2000

/** A program under measurement. */
export interface Program {
  readonly pid: number
  /** The line that it printed first, for programs that are asked for one. */
  readonly firstLine: string
  stop(): Promise<void>
}

/** What a bench that fails leaves running ends with it. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/** Starts a program and waits for its first line, or, with `port`, until it takes connections there. */
export async function startProgram(
  command: string,
  args: readonly string[],
  {
    port,
    ...options
  }: { readonly port?: number; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<Program> {
  const spawnOptions: SpawnOptions = {
    ...options,
    stdio: ['ignore', port === undefined ? 'pipe' : 'ignore', 'pipe'],
  }
  const child = spawn(command, args, spawnOptions)
  running.add(child)
  const exited = once(child, 'exit')
  let errors = ''
  child.stderr?.on('data', (text: Buffer) => {
    errors = (errors + text).slice(-ERRORS_KEPT)
  })
  const failed = exited.then(([code]) =>
    Promise.reject(new Error(`${command} ended with ${code}: ${errors}`)),
  )
  failed.catch(() => {})
  const firstLine = await Promise.race([failed, port === undefined ? lineOf(child) : answersAt(port)])
  const stop = async (): Promise<void> => {
    const late = setTimeout(() => child.kill('SIGKILL'), 5000)
    child.kill('SIGTERM')
    await exited
    clearTimeout(late)
    running.delete(child)
  }
  return { pid: child.pid ?? 0, firstLine, stop }
}

async function lineOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) return ''
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return String(line)
}

/** Resolves once something answers HTTP there. */
export async function answersAt(port: number, path = '/'): Promise<string> {
  for (;;) {
    const status = await fetch(`http://127.0.0.1:${port}${path}`).then(
      (answer) => answer.status,
      () => 0,
    )
    if (path === '/' ? status > 0 : status === 200) return ''
    await wait(5)
  }
}

/** The processes and all that they started. */
export function withChildren(pids: readonly number[]): readonly number[] {
  const below = pids.flatMap((pid) =>
    tasksOf(pid).flatMap((task) => textOf(`/proc/${pid}/task/${task}/children`).trim().split(' ')),
  )
  const children = below.filter((pid) => pid !== '').map(Number)
  return children.length === 0 ? pids : [...pids, ...withChildren(children)]
}

const tasksOf = (pid: number): readonly string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

/** User and system time of processes with all their threads and the children that have ended, in seconds. Linux counts it in hundredths. */
export const cpuSeconds = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const stat = textOf(`/proc/${pid}/stat`)
    return sum + (ticksIn(stat, OWN) + ticksIn(stat, ENDED_CHILDREN)) / TICKS_PER_SECOND
  }, 0)

/** The same by thread, named as the system names them. */
export const cpuSecondsByThread = (pid: number): readonly (readonly [name: string, seconds: number])[] =>
  tasksOf(pid).map((task) => {
    const stat = textOf(`/proc/${pid}/task/${task}/stat`)
    return [stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')), ticksIn(stat, OWN) / TICKS_PER_SECOND]
  })

/** Where a line of `stat` has user and system time, in fields behind the name: a process's own, and those of children that it waited for. */
const OWN = 11
const ENDED_CHILDREN = 13

function ticksIn(stat: string, first: number): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[first] ?? 0) + Number(fields[first + 1] ?? 0)
}

/** Resident memory of processes together, in MB: the most since `forgetPeak`, or now. */
export const memoryMb = (pids: readonly number[], which: 'peak' | 'now'): number =>
  pids.reduce((sum, pid) => {
    const pattern = which === 'peak' ? /VmHWM:\s+(\d+) kB/ : /VmRSS:\s+(\d+) kB/
    return sum + Number(pattern.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) / 1024
  }, 0)

/** The peak is counted anew from now on. */
export function forgetPeak(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
    } catch {
      // It has ended.
    }
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
