import type { KeptResult } from './results.ts'
import type { CaseResult, Figures, Spread } from './types.ts'

/** A scenario as Markdown: a table for each case, ratios to the first contender. */
export function tablesOf(result: KeptResult): string {
  const { name, about, on, cases, memory, skipped } = result
  const busy = on.loadBefore > 1 ? ` **Busy machine**: load ${on.loadBefore} before it began.` : ''
  const quick = on.quick === 1 ? '' : ` Quick run: sizes and times divided by ${on.quick}.`
  return [
    `### ${name}\n`,
    `${about}\n`,
    `${on.date}, ${on.commit}, ${on.machine}, ${on.disk}, Node ${on.node}, ${on.rounds} rounds.${busy}${quick}\n`,
    `![${name}](charts/${name}.svg)\n`,
    ...cases.map(tableOf),
    ...(memory.length === 0 ? [] : [memoryLine(result)]),
    ...skipped.map((one) => `Not measured: ${one.name} (${one.reason}).\n`),
  ].join('\n')
}

const memoryLine = ({ memory }: KeptResult): string =>
  `Memory, idle → settled: ${memory.map((one) => `${one.name} ${one.idleMb.toFixed(0)} → ${one.settledMb.toFixed(0)} MB`).join('; ')}.\n`

function tableOf({ what, unit, of }: CaseResult): string {
  const [first] = of
  const rows = of.map(({ name, figures }) => {
    const ratio = (first?.figures.value.median ?? 0) / figures.value.median
    return `| ${name} | ${cells(figures, ratio).join(' | ')} |`
  })
  return [
    `**${what}**\n`,
    `| | ${unit} | first ÷ this | p50, ms | p99, ms | CPU µs each | CPU s/GB | peak MB |`,
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
  ].join('\n')
}

const cells = (figures: Figures, ratio: number): readonly string[] => [
  spread(figures.value),
  ratio.toFixed(2),
  rounded(figures.p50Ms.median),
  rounded(figures.p99Ms.median),
  rounded(figures.cpuUsPerRequest.median),
  rounded(figures.cpuSecondsPerGb.median),
  rounded(figures.peakMemoryMb),
]

const spread = ({ median, least, most }: Spread): string =>
  `${rounded(median)} (${rounded(least)}–${rounded(most)})`

/** Three digits that count; a dash for what was not measured. */
export const rounded = (value: number): string =>
  !Number.isFinite(value)
    ? '–'
    : value >= 100
      ? Math.round(value).toLocaleString('en')
      : value.toPrecision(value >= 10 ? 3 : 2)
