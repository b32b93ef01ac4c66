import { parseArgs } from 'node:util'
import { newSeed } from '../contracts/metadata/random.ts'
import { startPostgres } from '../support/postgres-server.ts'
import { runDifferential } from './run.ts'

// Runs both stores side by side for as long as one likes: node test/differential/main.ts --commands 1000000 --seed 1

const { values } = parseArgs({
  options: {
    commands: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    only: { type: 'string' },
  },
})
const seed = values.seed === undefined ? newSeed() : Number(values.seed)
const only = values.only === undefined ? {} : { only: Number(values.only) }
const say = (line: string) => process.stdout.write(`${line}\n`)

say(`seed ${seed}`)
const server = process.env.STOWAGE_TEST_POSTGRES === undefined ? await startPostgres() : null
if (server !== null) process.env.STOWAGE_TEST_POSTGRES = server.url
try {
  const onProgress = (done: number) => say(`${new Date().toISOString()} ${done} commands`)
  const { tally, report } = await runDifferential({
    seed,
    commands: Number(values.commands),
    ...only,
    onProgress,
  })
  say(tally.text())
  say(report ?? `the stores did the same, ${tally.commands} commands long`)
  process.exitCode = report === null ? 0 : 1
} finally {
  await server?.close()
}
