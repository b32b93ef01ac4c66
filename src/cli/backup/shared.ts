import { join } from 'node:path'
import type { Command } from 'commander'
import type { Hearers, KeyFile, Manifest, Progress } from '../../backup/index.ts'
import type { Config } from '../../config/load.ts'
import { rateOf } from '../rate.ts'
import { inUnits } from '../units.ts'

/** Least time between two lines of progress where there is no terminal. */
const LINE_EVERY_MS = 10_000
const TERMINAL_EVERY_MS = 200

/** What a restore needs besides facts and bytes. */
export const keyFiles = ({ server }: Config): readonly KeyFile[] => [
  {
    name: 'secret.key',
    path: server.secretKeyFile === '' ? join(server.dataDir, 'secret.key') : server.secretKeyFile,
  },
  ...['tls-authority.pem', 'demo-account.toml'].map((name) => ({ name, path: join(server.dataDir, name) })),
]

/** Adds `--rate` and `--json`. */
export const withCopyOptions = (command: Command): Command =>
  command
    .option('--rate <MB/s>', 'most megabytes a second that are read, 0: as fast as it goes', rateOf)
    .option('--json', 'print JSON')

/** No limit is null. */
export const rateMaxOf = (rate: number | undefined): number | null => rate || null

/** Tells what goes on, on standard error: on a terminal in one line that changes, else in a line now and then. */
export function progressTeller(): Hearers & { end(): void } {
  const isTerminal = process.stderr.isTTY === true
  const everyMs = isTerminal ? TERMINAL_EVERY_MS : LINE_EVERY_MS
  let toldAt = performance.now()
  let hasLine = false
  const end = (): void => {
    if (hasLine) process.stderr.write('\n')
    hasLine = false
  }
  return {
    progress: (progress) => {
      const now = performance.now()
      if (now - toldAt < everyMs && progress.done < progress.of) return
      if (!isTerminal && now - toldAt < everyMs) return
      toldAt = now
      hasLine = isTerminal
      process.stderr.write(isTerminal ? `\r\u001b[K${lineOf(progress)}` : `${lineOf(progress)}\n`)
    },
    bad: (segment, reason) => {
      end()
      console.error(`bad: segment ${segment}: ${reason}`)
    },
    end,
  }
}

const lineOf = ({ doing, done, of, bytes }: Progress): string =>
  doing === 'facts' ? 'the facts' : `${done} of ${of} ${doing}, ${inUnits(bytes)} copied`

/** One backup in a line. */
export const backupLine = ({ name, facts, segments, copied, bad }: Manifest): string =>
  `${name}  ${segments.count} segments, ${inUnits(segments.bytes)}, ${inUnits(copied.bytes)} of them new; facts ` +
  `${inUnits(facts.size)}, ${facts.kind}${bad.length === 0 ? '' : `; ${bad.length} segments are bad`}`
