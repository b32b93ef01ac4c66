import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { PROOFS } from './proofs/index.ts'
import { linesOf, sumOf } from './report.ts'
import { type Result, Running } from './run.ts'

const HELP = `npm run prove -- [NAME…] [options]

Breaks what a server stands on, and tells whether its guarantees held: docs/durability.md. NAME is a part of a proof's name.

  --list            tell the proofs and what each shows
  --short           the small form
  --seed N          the same again
  --json            print one JSON object for each proof
${sizeHelp()}
Ctrl-C ends it with what it has counted; a second one ends it at once. The exit code is 1 when something failed, and 130
when it was ended.`

const SEED_MAX = 2 ** 32 - 1

const sizes = new Set(PROOFS.flatMap((proof) => Object.keys(proof.sizes)))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ list: { type: 'boolean' }, short: { type: 'boolean' }, json: { type: 'boolean' } },
    ...{ help: { type: 'boolean' }, seed: { type: 'string' } },
    ...Object.fromEntries([...sizes].map((name) => [name, { type: 'string' } as const])),
  },
})
const given: Readonly<Record<string, string | boolean | undefined>> = values

const chosen = PROOFS.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
)

if (values.help === true) console.log(HELP)
else if (values.list === true) for (const { name, shows } of PROOFS) console.log(`${name}\n  ${shows}`)
else if (chosen.length === 0) fail(`no proof has a name with ${positionals.join(' or ')}: see --list`)
else await proveAll()

async function proveAll(): Promise<void> {
  const stop = new AbortController()
  const seed = numberOf('seed', SEED_MAX) ?? randomInt(SEED_MAX)
  const results: Result[] = []
  const end = (): void => {
    tellSum(results)
    // What a proof that broke off left open does not keep this process.
    process.exit(results.some(({ verdict }) => verdict === 'FAILED') ? 1 : stop.signal.aborted ? 130 : 0)
  }
  for (const proof of chosen) {
    if (stop.signal.aborted) break
    const running = new Running(proof, {
      ...{ seed, isShort: values.short === true, sizes: sizesOf(), signal: stop.signal },
      say: (line) => console.error(line),
    })
    const interrupt = (): void => {
      if (stop.signal.aborted) {
        tell(running.result())
        process.exit(130)
      }
      stop.abort()
    }
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
    results.push(tell(await running.toEnd()))
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
  end()
}

function tell(result: Result): Result {
  if (values.json === true) console.log(JSON.stringify(result))
  else for (const line of linesOf(result)) console.log(line)
  return result
}

function tellSum(results: readonly Result[]): void {
  if (values.json !== true) console.log(`\n${sumOf(results)}`)
}

function sizesOf(): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...sizes].flatMap((name) => {
      const value = numberOf(name, Number.MAX_SAFE_INTEGER)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function numberOf(option: string, max: number): number | undefined {
  const text = given[option]
  if (text === undefined) return
  const value = Number(text)
  if (/^\d+$/.test(String(text)) && value <= max) return value
  return fail(`--${option} ${text}: a whole number from 0 to ${max} is accepted`)
}

function sizeHelp(): string {
  const lines = PROOFS.flatMap((proof) =>
    Object.entries(proof.sizes).map(([name, { what, full, short }]) => {
      return `  ${`--${name} N`.padEnd(17)} ${proof.name}: ${what} (${full}; short: ${short})\n`
    }),
  )
  return lines.join('')
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
