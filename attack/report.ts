import type { Attack, Figure } from './attack.ts'
import { holds } from './attack.ts'
import type { Finding } from './run.ts'

export type Verdict = 'held' | 'FELL' | 'not made'

export interface Result {
  readonly name: string
  readonly group: string
  readonly verdict: Verdict
  readonly seconds: number
  readonly limit: string
  /** What fell, of the figures that are judged. */
  readonly fell: readonly string[]
  readonly figures: readonly string[]
  readonly notes: readonly string[]
}

/** `isShort`: what depends on the machine's speed is told, and not judged. */
export function judge(attack: Attack, finding: Finding, isShort: boolean, seconds: number): Result {
  const { name, group, limit } = attack
  const base = { name, group, limit, seconds: Math.round(seconds) }
  if (finding.type === 'not made') {
    return { ...base, verdict: 'not made', fell: [], figures: [], notes: [finding.reason] }
  }
  const judged = finding.figures.filter(({ isTiming }) => !(isShort && isTiming === true))
  const fell = judged.filter((figure) => !holds(figure)).map(textOf)
  const { figures, notes } = finding
  return { ...base, verdict: fell.length === 0 ? 'held' : 'FELL', fell, figures: figures.map(textOf), notes }
}

/** One line for people. */
export function lineOf({ name, verdict, fell, figures, notes, seconds }: Result): string {
  const told = verdict === 'FELL' ? fell : verdict === 'held' ? figures : notes
  return `${verdict.padEnd(8)} ${name.padEnd(34)} ${told.join('; ')} (${seconds} s)`
}

function textOf({ what, value, unit, bound }: Figure): string {
  const [sign, limit] = 'max' in bound ? ['≤', bound.max] : ['≥', bound.min]
  return `${what} ${rounded(value)}${unit === '' ? '' : ` ${unit}`} (${sign} ${rounded(limit)})`
}

const rounded = (value: number): string =>
  Number.isInteger(value) || value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1)
