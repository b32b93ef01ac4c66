import type { FsckProgress } from '../../core/fsck/fsck.ts'
import type { PartPlace } from '../../core/ports/facts-checker.ts'
import { inUnits } from '../units.ts'

const PHASES: Readonly<Record<FsckProgress['phase'], string>> = {
  database: "looks through the database's own files",
  facts: 'looks through the facts',
  names: 'looks for bytes that nothing points to',
  bytes: 'looks at the bytes',
  done: 'done',
}

const EVERY_MS = 1_000
/** Where nobody watches, so often a line tells where to go on. */
const QUIET_EVERY_MS = 60_000

/** Tells on standard error how far a look is: one line on a terminal, a line a minute elsewhere. Returns what ends it. */
export function showProgress(progress: () => FsckProgress): () => void {
  const { stderr } = process
  const isTerminal = stderr.isTTY === true
  const tell = () =>
    isTerminal ? stderr.write(`\r\x1b[K${progressText(progress())}`) : console.error(progressText(progress()))
  const timer = setInterval(tell, isTerminal ? EVERY_MS : QUIET_EVERY_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
    if (isTerminal) stderr.write('\r\x1b[K')
  }
}

export function progressText({ phase, parts, partsTotal, bytes, place }: FsckProgress): string {
  if (phase !== 'bytes') return PHASES[phase]
  const at = place === null ? '' : `; --resume ${placeText(place)} goes on from here`
  return `${PHASES[phase]}: ${parts} of ${partsTotal} parts, ${inUnits(bytes)} read${at}`
}

export const placeText = ({ blob, number }: PartPlace): string => `${blob}.${number}`

/** As `placeText` writes it; null for anything else. */
export function parsePlace(text: string): PartPlace | null {
  const [, blob, number] = /^([0-9a-f]{32})\.(\d{1,5})$/.exec(text) ?? []
  return blob === undefined ? null : { blob: blob as PartPlace['blob'], number: Number(number) }
}
