import type { CaseResult, Figures, KeptResult, Spread } from './types.ts'

/** A scenario as Markdown: a table for each case, with ratios to the first contender and what each one syncs. */
export function tablesOf(result: KeptResult): string {
  const { name, about, on, cases, memory, skipped, failures } = result
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
    ...failures.map((line) => `**Failed**: ${line}.\n`),
  ].join('\n')
}

const memoryLine = ({ memory }: KeptResult): string =>
  `Memory, idle → ${memory[0]?.settlingS} s after the last request: ${memory.map((one) => `${one.name} ${one.idleMb.toFixed(0)} → ${one.settledMb.toFixed(0)} MB`).join('; ')}.\n`

function tableOf({ what, unit, of }: CaseResult): string {
  const [first] = of
  const rows = of.map(({ name, syncs, figures }) => {
    const speed = first === undefined ? Number.NaN : speedRatio(unit, first.figures, figures)
    return `| ${name} | ${cells(unit, figures, speed).join(' | ')} | ${syncs === '' ? '–' : syncs} |`
  })
  return [
    `**${what}**\n`,
    `| | ${unit} | speed, first ÷ this | p50, ms | p99, ms | CPU µs each | CPU s/GB | peak MB | generator busy | what is on disk when it answers |`,
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |',
    ...rows,
    '',
  ].join('\n')
}

/** How many times as fast the first is as the other, also where the figure is a time. */
export const speedRatio = (unit: string, first: Figures, other: Figures): number =>
  unit === 'ms' ? other.value.median / first.value.median : first.value.median / other.value.median

const cells = (unit: string, figures: Figures, speed: number): readonly string[] => [
  spread(figures.value),
  Number.isFinite(speed) ? speed.toFixed(2) : '–',
  rounded(figures.p50Ms.median),
  rounded(figures.p99Ms.median),
  rounded(figures.cpuUsPerRequest.median),
  unit === 'ms' ? '–' : rounded(figures.cpuSecondsPerGb.median),
  figures.peakMemoryMb === 0 ? '–' : rounded(figures.peakMemoryMb),
  percent(figures.generatorBusy.median),
]

const spread = ({ median, least, most }: Spread): string =>
  `${rounded(median)} (${rounded(least)}–${rounded(most)})`

const percent = (share: number): string => (Number.isFinite(share) ? `${Math.round(share * 100)} %` : '–')

/** Three digits that count; a dash for what was not measured. */
export const rounded = (value: number): string =>
  !Number.isFinite(value)
    ? '–'
    : value >= 100
      ? Math.round(value).toLocaleString('en')
      : value.toPrecision(value >= 10 ? 3 : 2)
