import { openChecker } from './checked-stores.ts'
import type { Config } from './config/load.ts'
import type { Clock } from './core/clock.ts'
import type { Job } from './core/ports/background.ts'
import { scrubEvery, scrubJob } from './jobs/scrub.ts'
import { unfinishedJob } from './jobs/unfinished.ts'
import type { Logger } from './log.ts'
import type { Stores } from './stores.ts'
import { interruptibleWait, systemTicks } from './system.ts'

/** What is done with the stores alone, whatever is in them. `keepLease`: whether a job is still this node's, for a while. */
export const storeJobs = (
  config: Config,
  stores: Stores,
  clock: Clock,
  log: Logger,
  keepLease: (job: string) => Promise<boolean>,
): readonly Job[] => [...unfinishedJobs(stores, clock), ...scrubJobs(config, stores, clock, log, keepLease)]

function unfinishedJobs({ metadata, sweepUnfinished: sweep }: Stores, clock: Clock): readonly Job[] {
  if (sweep === undefined) return []
  return [unfinishedJob((before) => sweep(before, (names) => metadata.findAssemblies({ names })), clock)]
}

/** The look at all facts and bytes in the background; none where it is turned off. */
function scrubJobs(
  config: Config,
  { metadata, blobs }: Stores,
  clock: Clock,
  log: Logger,
  keepLease: (job: string) => Promise<boolean>,
): readonly Job[] {
  const { scrubDays, scrubRateMb } = config.server
  if (scrubDays === 0) return []
  const ports = {
    ...{ metadata, blobs, clock, ticks: systemTicks, wait: interruptibleWait },
    openChecker: () => openChecker(config),
    keepLease: () => keepLease('scrub'),
  }
  const onFinding = (finding: object): void =>
    log.error({ finding }, 'the scrub found something amiss: stowage fsck tells more')
  return [scrubJob(ports, { everyMs: scrubEvery(scrubDays), rateMax: scrubRateMb * 1_000_000, onFinding })]
}
