import { Command, InvalidArgumentError } from 'commander'
import { openCheckedStores, unknownFiles } from '../../checked-stores.ts'
import type { Config } from '../../config/load.ts'
import { CoreError, isDamagedDatabase, messageOf } from '../../core/errors.ts'
import type { Finding } from '../../core/fsck/findings.ts'
import { Fsck, type FsckOptions } from '../../core/fsck/fsck.ts'
import type { PartPlace } from '../../core/ports/facts-checker.ts'
import type { Dialect } from '../../dialects/dialect.ts'
import { ConfigError } from '../../settings/error.ts'
import { interruptibleWait, systemClock, systemTicks } from '../../system.ts'
import { requireData } from '../engine.ts'
import { configOf, withConfigOptions } from '../options.ts'
import { rateOf } from '../rate.ts'
import { parsePlace, placeText, showProgress } from './progress.ts'
import { openRepair, type Repair } from './repair.ts'
import { type Telling, tellingFor } from './telling.ts'

interface Given {
  readonly quick?: boolean
  readonly json?: boolean
  readonly repair?: boolean
  /** Bytes a second; 0 is no limit. */
  readonly rate?: number
  readonly resume?: PartPlace
}

/** Bytes a second where a server runs and nothing else was said. */
const SERVED_RATE = 50_000_000
/** So many findings tell that something large is amiss. */
const FINDINGS_MAX = 10_000
/** How a fsck ends that cannot say whether all is well. */
const CANNOT = 2

const HELP = `
Looks at all facts and all bytes, both ways, and changes nothing without --repair. It may run beside a server.
Ends with 0 where all is well, with 1 where something is not, with 2 where it could not look at everything.`

/** `stowage fsck`: compares what the facts say with the bytes that there are. */
export function fsckCommand(dialects: readonly Dialect[]): Command {
  const command = new Command('fsck')
    .description('look whether all facts and all bytes are as they should be')
    .option('--quick', 'names and sizes alone, without reading bytes')
    .option(
      '--rate <MB/s>',
      'megabytes a second to read, 0: as fast as it goes (default: 50 beside a server)',
      rateOf,
    )
    .option('--resume <place>', 'go on behind the place that an interrupted run told', placeOf)
    .option(
      '--repair',
      'remove bytes that nothing points to, write damages and missing sums of blocks down; deletes no object',
    )
    .option('--json', 'print JSON, an object a line')
    .addHelpText('after', HELP)
    // A wrong option is no finding.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : CANNOT))
  return withConfigOptions(command, dialects).action(async () => {
    const given = command.opts<Given>()
    const telling = tellingFor(given.json === true)
    try {
      const config = configOf(command, dialects)
      requireData(config)
      process.exitCode = await lookThrough(config, given, telling)
    } catch (error) {
      process.exitCode = endOf(error, telling)
    }
  })
}

/** A database that cannot even be opened because it is damaged is a finding. Whatever else is expected ends the command in one line. */
function endOf(error: unknown, telling: Telling): number {
  if (isDamagedDatabase(error)) {
    telling.finding({ problem: 'database', detail: messageOf(error) })
    telling.end({ isComplete: false, parts: 0, bytes: 0 })
    return 1
  }
  const isExpected = error instanceof ConfigError || error instanceof CoreError
  console.error(isExpected ? `stowage: ${error.message}` : error)
  return CANNOT
}

async function lookThrough(config: Config, given: Given, telling: Telling): Promise<number> {
  const stores = await openCheckedStores(config)
  const repair = given.repair === true ? await openRepair(config) : null
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    const { signal } = stopping
    const leasedUntil = await stores.checker.leasedUntil({})
    const isServed = leasedUntil !== null && leasedUntil > systemClock.now()
    const options: FsckOptions = {
      ...{ depth: given.quick === true ? 'quick' : 'full', from: given.resume ?? null, signal },
      rateMax: (given.rate ?? (isServed ? SERVED_RATE : 0)) || null,
      findingsMax: FINDINGS_MAX,
      ...(repair === null ? {} : { onUnsummed: repair.keepSums }),
    }
    const fsck = new Fsck({ ...stores, ticks: systemTicks, wait: interruptibleWait(signal) }, options)
    return await tellAll({ fsck, files: unknownFiles(config), telling, repair, signal }, given)
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    await repair?.close()
    await stores.close()
  }
}

interface Looking {
  readonly fsck: Fsck
  readonly files: readonly string[]
  readonly telling: Telling
  readonly repair: Repair | null
  readonly signal: AbortSignal
}

async function tellAll({ fsck, files, telling, repair, signal }: Looking, given: Given): Promise<number> {
  const endProgress = showProgress(() => fsck.progress)
  let found = 0
  const tell = async (finding: Finding): Promise<void> => {
    found += 1
    telling.finding(finding)
    await repair?.note(finding)
  }
  try {
    for (const path of files) await tell({ problem: 'unknown-file', path })
    for await (const finding of fsck.run()) await tell(finding)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    endProgress()
  }
  const { phase, parts, bytes, place } = fsck.progress
  const isComplete = phase === 'done'
  const isWhole = isComplete && given.quick !== true && given.resume === undefined
  for (const line of (await repair?.end({ parts, isWhole })) ?? []) telling.repaired(line)
  telling.end({ isComplete, parts, bytes, ...(place === null ? {} : { place: placeText(place) }) })
  if (!isComplete) return found > 0 && !signal.aborted ? 1 : CANNOT
  return found > 0 ? 1 : 0
}

function placeOf(text: string): PartPlace {
  const place = parsePlace(text)
  if (place === null) throw new InvalidArgumentError('A place that an interrupted run told is accepted.')
  return place
}
