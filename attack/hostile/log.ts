import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Target } from '../attack.ts'

/** A line of the server's log about one request. */
export interface LogLine {
  readonly dialect?: string
  readonly call?: string
  readonly method?: string
  readonly status?: number
  readonly bytesIn?: number
  readonly remote?: string
  readonly [name: string]: unknown
}

/** What the server's log has about requests so far, after it had the time to be written. */
export async function requestLines({ logFile }: Pick<Target, 'logFile'>): Promise<readonly LogLine[]> {
  await delay(300)
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine)
    .filter(({ dialect }) => dialect !== undefined)
}

/** The most bytes of one body that the server read, or skipped, in MB. Throws when the log does not tell of any. */
export async function mostReadMb(
  target: Pick<Target, 'logFile'>,
  isMeant: (line: LogLine) => boolean = () => true,
): Promise<number> {
  const lines = (await requestLines(target)).filter(isMeant)
  if (!lines.some(({ bytesIn }) => bytesIn !== undefined)) throw new Error('the log tells of no body')
  return Math.max(0, ...lines.map(({ bytesIn = 0 }) => bytesIn)) / 1e6
}
