import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

export type { Logger } from 'pino'

/** Characters that may wait while nobody takes them; lines beyond that are dropped. */
const WAITING_MAX = 8 * 1024 * 1024

const STREAMS = { stdout: 1, stderr: 2 } as const

/** The program's log on a standard stream: pretty on a terminal, JSON lines otherwise. */
export function createLogger(level: string, stream: keyof typeof STREAMS = 'stdout'): Logger {
  const dest = STREAMS[stream]
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: levelName },
  }
  if (!process[stream].isTTY) {
    return pino(options, pino.destination({ dest, sync: false, maxLength: WAITING_MAX }))
  }
  return pino(
    options,
    pretty({
      colorize: true,
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: 'remote',
      singleLine: true,
      sync: true,
      destination: dest,
    }),
  )
}

/** Resolves when every line so far is written out: to be awaited before the process ends itself. */
export const flushed = (log: Logger): Promise<void> => new Promise((resolve) => log.flush(() => resolve()))

const levelName = (label: string) => ({ level: label })
