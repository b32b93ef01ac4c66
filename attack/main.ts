import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Attack } from './attack.ts'
import { ATTACKS } from './attacks/index.ts'
import { judge, lineOf, type Result } from './report.ts'
import { type RunOptions, runAttack } from './run.ts'
import { openStores } from './stores.ts'

const HELP = `npm run attack -- [NAME…] [options]

Attacks a fresh server, each attack one of its own, and tells what held. NAME is a part of an attack's name.

  --list            tell the attacks, each with its limit
  --short           a small form, two attacks at a time; what depends on the machine's speed is told, not judged
  --clients N       hostile clients at a time (200; short: 24)
  --stores KIND     embedded (default), or shared: PostgreSQL and S3
  --front KIND      none (default); tls: a proxy that ends TLS and tells X-Forwarded-For; proxy-protocol
  --server DIR      attack the server of another checkout
  --json            print one JSON object for each attack`

/** Attacks at a time in the short form, which does not judge times. */
const SHORT_LANES = 2

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ list: { type: 'boolean' }, short: { type: 'boolean' }, json: { type: 'boolean' } },
    ...{ help: { type: 'boolean' }, clients: { type: 'string' }, server: { type: 'string' } },
    ...{ stores: { type: 'string', default: 'embedded' }, front: { type: 'string', default: 'none' } },
  },
})

const isShort = values.short === true
const chosen = ATTACKS.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
)

if (values.help === true) console.log(HELP)
else if (values.list === true)
  for (const { name, shows, limit } of ATTACKS) console.log(`${name}\n  ${shows}\n  ${limit}`)
else if (chosen.length === 0) fail(`no attack has a name with ${positionals.join(' or ')}: see --list`)
else await attackAll()

async function attackAll(): Promise<void> {
  const stores = await openStores(oneOf('stores', values.stores, ['embedded', 'shared']))
  const results: Result[] = []
  try {
    const waiting = chosen.filter(({ fullOnly }) => !isShort || fullOnly === undefined)
    const lane = async (): Promise<void> => {
      for (let attack = waiting.shift(); attack !== undefined; attack = waiting.shift())
        results.push(await attackOnce(attack, await stores.settings()))
    }
    await Promise.all(Array.from({ length: isShort ? SHORT_LANES : 1 }, lane))
  } finally {
    await stores.close()
  }
  const count = (verdict: Result['verdict']) => results.filter((result) => result.verdict === verdict).length
  if (values.json !== true)
    console.log(`\n${count('held')} held, ${count('FELL')} fell, ${count('not made')} could not be made here`)
  if (count('FELL') > 0) process.exitCode = 1
}

/** Makes one attack and prints what came of it. */
async function attackOnce(attack: Attack, settings: RunOptions['settings']): Promise<Result> {
  const options: RunOptions = {
    ...{ dir: resolve(values.server ?? '.'), isShort, settings },
    clients: clientsOf(values.clients ?? (isShort ? '24' : '200')),
    front: oneOf('front', values.front, ['none', 'tls', 'proxy-protocol']),
  }
  const startedAt = performance.now()
  const finding = await runAttack(attack, options)
  const result = judge(attack, finding, isShort, (performance.now() - startedAt) / 1000)
  console.log(values.json === true ? JSON.stringify(result) : lineOf(result))
  return result
}

function clientsOf(value: string): number {
  return /^[1-9]\d{0,3}$/.test(value) ? Number(value) : fail(`--clients ${value}: 1 to 9999 are accepted`)
}

function oneOf<Kind extends string>(option: string, value: string, kinds: readonly Kind[]): Kind {
  return (
    kinds.find((kind) => kind === value) ?? fail(`--${option} ${value}: ${kinds.join(' or ')} is accepted`)
  )
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
