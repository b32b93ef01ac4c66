import { join } from 'node:path'
import type { Command } from 'commander'
import type { Hearers, KeyFile, Manifest, Progress } from '../../backup/index.ts'
import type { Config } from '../../config/load.ts'
import { ConfigError, shown } from '../../settings/error.ts'

/** Least time between two lines of progress where there is no terminal. */
const LINE_EVERY_MS = 10_000
const TERMINAL_EVERY_MS = 200

const RATE = /^([1-9]\d*)(K|M|G)?$/i
const UNITS: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, g: 1e9 }

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
    .option(
      '--rate <bytes>',
      'most bytes a second that are read; K, M and G are thousands, millions and billions',
    )
    .option('--json', 'print JSON')

/** Bytes a second of `--rate`. Null: no limit. Errors: ConfigError. */
export function rateOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const [, digits, unit = ''] = RATE.exec(text) ?? []
  if (digits === undefined)
    throw new ConfigError(`--rate: is ${shown(text)}; accepted: bytes a second, such as 500K, 20M or 1G`)
  return Number(digits) * (UNITS[unit.toLowerCase()] ?? 1)
}

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
  doing === 'facts' ? 'the facts' : `${done} of ${of} ${doing}, ${sized(bytes)} copied`

const SIZES = ['bytes', 'kB', 'MB', 'GB', 'TB']

/** A size for people. */
export function sized(bytes: number): string {
  const step = Math.min(SIZES.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${step === 0 ? bytes : (bytes / 1000 ** step).toFixed(1)} ${SIZES[step]}`
}

/** One backup in a line. */
export const backupLine = ({ name, facts, segments, copied, bad }: Manifest): string =>
  `${name}  ${segments.count} segments, ${sized(segments.bytes)}, ${sized(copied.bytes)} of them new; facts ` +
  `${sized(facts.size)}, ${facts.kind}${bad.length === 0 ? '' : `; ${bad.length} segments are bad`}`
