import type { ChildProcess } from 'node:child_process'

/** Whether a process that was started is over, by itself or by a signal: it tells no `exit` any more. */
export const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null
