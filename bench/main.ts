import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chartOf } from './frame/chart.ts'
import { circumstances, type KeptResult, keepResult, keptResults } from './frame/results.ts'
import { tablesOf } from './frame/tables.ts'
import type { RunOptions, Scenario } from './frame/types.ts'
import { SCENARIOS } from './scenarios/index.ts'
import { smoke } from './smoke.ts'

const HELP = `npm run bench -- [NAME…] [--rounds N] [--quick N] [--contenders WORD;WORD] [--cases TEXT;TEXT] [--json]

Measures Stowage, other servers and floors in turns, in one run. It starts and stops everything itself, on 127.0.0.1.

NAME          only scenarios whose name has one of these words:
              ${SCENARIOS.map(({ name }) => name).join(', ')}
smoke         two minutes: fails where Stowage is below the ratios to floors that bench/smoke-ratios.ts names
--rounds N    rounds of each case and contender (default 5), after one to warm up
--quick N     divides sizes, counts and times: for a look, not for figures
--contenders  only those whose name has one of these texts: --contenders 'Node;Go'
--cases       only cases whose name has one of these texts: --cases '16 KiB, 64'
--json        prints the results as JSON instead of tables

A run of whole scenarios puts its results into bench/results.json, bench/charts and bench/README.md; any other
only prints them. TMPDIR says on which disk the servers store. What syncs means little on a RAM disk.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    quick: { type: 'string', default: '1' },
    contenders: { type: 'string', default: '' },
    cases: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
})
if (values.help) console.log(HELP)
else if (positionals[0] === 'smoke') process.exit((await smoke((line) => console.error(line))) ? 0 : 1)
else await main()

async function main(): Promise<void> {
  const chosen = SCENARIOS.filter(
    ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
  )
  const options: RunOptions = {
    rounds: Number(values.rounds),
    quick: Number(values.quick),
    contenders: listed(values.contenders),
    cases: listed(values.cases),
    say: (line) => console.error(line),
  }
  for (const scenario of chosen) {
    const result = await resultOf(scenario, options)
    console.log(values.json ? JSON.stringify(result) : tablesOf(result))
    if (isWhole(options)) keep(result)
  }
}

function listed(text: string): readonly string[] {
  return text.split(';').filter((word) => word !== '')
}

async function resultOf(scenario: Scenario, options: RunOptions): Promise<KeptResult> {
  const on = circumstances(options.rounds, options.quick)
  const { name, about } = scenario
  return { name, about, on, ...(await scenario.run(options)) }
}

function isWhole({ quick, contenders, cases }: RunOptions): boolean {
  return quick === 1 && contenders.length === 0 && cases.length === 0 && !values.json
}

/** Writes the files that come with the project. */
function keep(result: KeptResult): void {
  const order = SCENARIOS.map(({ name }) => name)
  keepResult(result, order)
  const charts = join(import.meta.dirname, 'charts')
  mkdirSync(charts, { recursive: true })
  writeFileSync(join(charts, `${result.name}.svg`), chartOf(result))
  const path = join(import.meta.dirname, 'README.md')
  const between = /(?<=<!-- results -->\n).*(?=<!-- end of results -->)/s
  const tables = keptResults().map(tablesOf).join('\n')
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(between, () => `\n${tables}\n`),
  )
}
