import { parseArgs } from 'node:util'
import { circumstances, keepResult } from './frame/results.ts'
import { tablesOf } from './frame/tables.ts'
import type { KeptResult, RunOptions, Scenario } from './frame/types.ts'
import { SCENARIOS } from './scenarios/index.ts'
import { smoke } from './smoke.ts'

const HELP = `npm run bench -- [NAME…] [--rounds N] [--quick N] [--contenders WORD;WORD] [--cases TEXT;TEXT] [--json] [--into FOLDER]

Measures Stowage, other servers and floors in turns, in one run. It starts and stops everything itself, on 127.0.0.1.

NAME          only scenarios whose name has one of these words:
              ${SCENARIOS.map(({ name }) => name).join(', ')}
smoke         two minutes: fails where Stowage is below the ratios to floors that bench/smoke-ratios.ts names
--rounds N    rounds of each case and contender (default 5), after one to warm up
--quick N     divides sizes, counts and times: for a look, not for figures
--contenders  only those whose name has one of these texts: --contenders 'Node;Go'
--cases       only cases whose name has one of these texts: --cases '16 KiB, 64'
--json        prints the results as JSON instead of tables
--into FOLDER puts results, charts and tables there, whatever was chosen

A run of whole scenarios puts its results into bench/results.json, bench/charts and bench/README.md; any other
only prints them. What fails is told at the end, and the run exits 1. TMPDIR says on which disk the servers store. What syncs means little on a RAM disk.`

const NAMES = SCENARIOS.map(({ name }) => name)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    quick: { type: 'string', default: '1' },
    contenders: { type: 'string', default: '' },
    cases: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    into: { type: 'string' },
  },
})
if (values.help) console.log(HELP)
else if (positionals[0] === 'smoke') process.exit((await smoke((line) => console.error(line))) ? 0 : 1)
else process.exit((await main()) ? 0 : 1)

/** Returns whether all went well. */
async function main(): Promise<boolean> {
  const chosen = SCENARIOS.filter(
    ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
  )
  if (chosen.length === 0) throw new Error(`no scenario is named ${positionals.join(' or ')}`)
  const options: Omit<RunOptions, 'failed'> = {
    rounds: Number(values.rounds),
    quick: Number(values.quick),
    contenders: listed(values.contenders),
    cases: listed(values.cases),
    say: (line) => console.error(line),
  }
  const folder = values.into ?? (isWhole(options) ? import.meta.dirname : null)
  const failures: string[] = []
  for (const scenario of chosen) {
    const result = await resultOf(scenario, options)
    console.log(values.json ? JSON.stringify(result) : tablesOf(result))
    if (folder !== null) keepResult(folder, result, NAMES)
    failures.push(...result.failures.map((line) => `${scenario.name}: ${line}`))
  }
  if (failures.length > 0) console.error(`\n${failures.length} failed:\n${failures.join('\n')}`)
  return failures.length === 0
}

function listed(text: string): readonly string[] {
  return text.split(';').filter((word) => word !== '')
}

/** Runs a scenario. What fails in it stands in the result, also where that is all of it. */
async function resultOf(scenario: Scenario, options: Omit<RunOptions, 'failed'>): Promise<KeptResult> {
  const on = circumstances(options.rounds, options.quick)
  const { name, about } = scenario
  const failures: string[] = []
  const failed = (line: string): void => {
    options.say(`FAILED: ${line}`)
    failures.push(line)
  }
  try {
    return { name, about, on, ...(await scenario.run({ ...options, failed })), failures }
  } catch (error) {
    failed(`it did not end: ${error}`)
    return { name, about, on, cases: [], skipped: [], memory: [], failures }
  }
}

function isWhole({ quick, contenders, cases }: Omit<RunOptions, 'failed'>): boolean {
  return quick === 1 && contenders.length === 0 && cases.length === 0 && !values.json
}
