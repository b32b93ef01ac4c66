import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { newSeed } from '../contracts/metadata/random.ts'
import { startPostgres } from '../support/postgres-server.ts'
import { shortHistoryOf, summaryOf } from './report.ts'
import { runInThreads } from './threads.ts'

// Has both stores do the same for as long as one likes: npm run differential -- --commands 1000000 --seed 1

const { values } = parseArgs({
  options: {
    commands: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    only: { type: 'string' },
    stores: { type: 'string', default: 'bare' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)
const options = {
  seed: values.seed === undefined ? newSeed() : Number(values.seed),
  commands: Number(values.commands),
  ...(values.only === undefined ? {} : { only: Number(values.only) }),
  stores: values.stores === 'whole' ? 'whole' : 'bare',
} as const
const onProgress = (done: number) => say(`${new Date().toISOString()} ${done} commands`)

say(`seed ${options.seed}`)
const server = process.env.STOWAGE_TEST_POSTGRES === undefined ? await startPostgres() : null
if (server !== null) process.env.STOWAGE_TEST_POSTGRES = server.url
try {
  const { tally, found } = await runInThreads(options, Number(values.threads), onProgress)
  say(tally.text())
  if (found === null) say(`the stores did the same, ${tally.commands} commands long`)
  else {
    process.exitCode = 1
    say(summaryOf(options, found))
    say(await shortHistoryOf(options, found))
  }
} finally {
  await server?.close()
}
