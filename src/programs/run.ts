import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Program, ProgramEnd } from '../core/ports/programs.ts'

/** How much of standard error is kept. */
const ERRORS_SIZE_MAX = 4096
/** Somebody may hold the output open for so long after the program's end. */
const CLOSE_TIMEOUT_MS = 5_000

/** Why a program is ended before its own end. */
type Cut = 'took-too-long' | 'wrote-too-much' | 'stopped'

/**
 * Runs a program as the leader of a process group of its own: whatever ends it ends all that it has started. `environment` is
 * what every program sees.
 */
export async function runProgram(
  program: Program,
  environment: Readonly<Record<string, string>>,
): Promise<ProgramEnd> {
  const { timeoutMs, signal } = program
  signal.throwIfAborted()
  const child = start(program, environment)
  if (child instanceof Error) return { how: 'not-started', errors: child.message }
  const run = new Run(child, program.outputSizeMax)
  const errors = new Tail(child.stderr)
  const stop = () => run.cut('stopped')
  const timer = setTimeout(() => run.cut('took-too-long'), timeoutMs)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const end = await run.end
    signal.throwIfAborted()
    return { errors: end.how === 'not-started' ? end.reason : errors.text, ...end }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

/**
 * The child, which may tell by 'error' that it could not be started; where the system had no descriptors left it has no streams. The
 * error where Node throws one at once, as for arguments that are too long.
 */
function start(
  { command, folder, ...program }: Program,
  environment: Readonly<Record<string, string>>,
): ChildProcess | Error {
  const [name, ...args] = command
  try {
    return spawn(name, args, {
      cwd: folder,
      env: { ...environment, ...program.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

type End =
  | { readonly how: 'exited'; readonly status: number; readonly output: Uint8Array }
  | { readonly how: 'died'; readonly by: string }
  | { readonly how: 'took-too-long' | 'wrote-too-much' }
  | { readonly how: 'not-started'; readonly reason: string }

/** A program that runs, and the output that it has written so far. */
class Run {
  /** Resolves once the program and all that it has started are gone, and its output is read. */
  readonly end: Promise<End>
  readonly #child: ChildProcess
  readonly #output: Buffer[] = []
  #cut: Cut | null = null
  /** From here on the system may give the group's number to another. */
  #hasExited = false

  /** Without delay after the spawn: an 'error' that nobody hears ends the server. */
  constructor(child: ChildProcess, outputSizeMax: number) {
    this.#child = child
    let size = 0
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size > outputSizeMax) this.cut('wrote-too-much')
      else this.#output.push(chunk)
    })
    this.end = new Promise((resolve) => {
      child.once('error', (error) => {
        if (child.pid === undefined) resolve({ how: 'not-started', reason: error.message })
      })
      child.once('exit', () => this.#endGroup())
      child.once('close', (status, signal) => resolve(this.#ended(status, signal)))
    })
  }

  /** The first reason counts. */
  cut(why: Cut): void {
    this.#cut ??= why
    this.#child.stdout?.destroy()
    this.#kill()
  }

  #ended(status: number | null, signal: string | null): End {
    if (this.#cut !== null && this.#cut !== 'stopped') return { how: this.#cut }
    if (status === null) return { how: 'died', by: signal ?? 'an unknown signal' }
    return { how: 'exited', status, output: Buffer.concat(this.#output) }
  }

  /** What the program has started must not outlive it, nor hold its output open. */
  #endGroup(): void {
    this.#kill()
    this.#hasExited = true
    const { stdout, stderr } = this.#child
    setTimeout(() => {
      stdout?.destroy()
      stderr?.destroy()
    }, CLOSE_TIMEOUT_MS).unref()
  }

  #kill(): void {
    if (this.#child.pid !== undefined && !this.#hasExited) killGroup(this.#child.pid)
  }
}

/** Ends a process group, if there is one. */
export function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // It is gone.
  }
}

/** The end of what a stream has said. */
class Tail {
  #bytes: Buffer = Buffer.alloc(0)

  constructor(stream: Readable | null) {
    stream?.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]).subarray(-ERRORS_SIZE_MAX)
    })
  }

  get text(): string {
    return this.#bytes.toString('utf8').trim()
  }
}
