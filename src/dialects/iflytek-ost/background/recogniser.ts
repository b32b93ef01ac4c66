import type { ProgramEnd, Programs } from '../../../core/ports/programs.ts'
import { failed } from '../model/failures.ts'
import type { Hints } from '../model/tasks.ts'
import { parseSegments, type Segment } from '../model/transcripts.ts'
import type { IflytekOstOptions } from '../options.ts'

export interface Recognition {
  readonly programs: Programs
  readonly options: IflytekOstOptions
  readonly file: { readonly folder: string; readonly path: string }
  readonly hints: Hints
  readonly signal: AbortSignal
}

/** Has the operator's program transcribe a file. Fails with `failed`; rejects with the signal's reason if that ended it. */
export async function recognise(
  [program, ...args]: readonly [string, ...string[]],
  { programs, options, file, hints, signal }: Recognition,
): Promise<readonly Segment[]> {
  const end = await programs.run({
    command: [program, ...withPath(args, file.path)],
    folder: file.folder,
    environment: {
      ...{ OST_LANGUAGE: hints.language, OST_ACCENT: hints.accent },
      ...{ OST_ENCODING: hints.encoding, OST_FORMAT: hints.format },
    },
    timeoutMs: options.recogniserTimeoutS * 1000,
    outputSizeMax: options.recogniserOutputMax,
    signal,
  })
  return parseSegments(outputOf(end))
}

/** The path in place of every `{file}`, or as the last argument. */
function withPath(args: readonly string[], path: string): readonly string[] {
  const placed = args.map((arg) => arg.replaceAll('{file}', () => path))
  return args.some((arg) => arg.includes('{file}')) ? placed : [...args, path]
}

function outputOf(end: ProgramEnd): Uint8Array {
  const told = end.errors === '' ? '' : `: ${end.errors}`
  switch (end.how) {
    case 'exited':
      if (end.status === 0) return end.output
      throw failed('the recogniser failed', `the recogniser ended with ${end.status}${told}`)
    case 'died':
      throw failed('the recogniser failed', `the recogniser was ended by ${end.by}${told}`)
    case 'took-too-long':
      throw failed('the recogniser took too long', `the recogniser took too long${told}`)
    case 'wrote-too-much':
      throw failed('the recogniser wrote too much', `the recogniser wrote too much${told}`)
    case 'not-started':
      throw failed('the recogniser could not be started', `the recogniser could not be started${told}`)
  }
}
