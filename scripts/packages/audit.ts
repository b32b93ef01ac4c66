import { spawnSync } from 'node:child_process'
import { unsigned, type Verdict, weaknesses } from './verdicts.ts'

// Asks the registry about the packages: known weaknesses of those that a server runs, and the signatures of all that are installed. One that
// cannot be asked is said, and is no failure.

const root = `${import.meta.dirname}/../..`

function ask(what: string, args: readonly string[], verdictOf: (answer: string) => Verdict): void {
  const asking = ['audit', ...args, '--json', '--fetch-retries=0', '--fetch-timeout=20000']
  const { stdout } = spawnSync('npm', asking, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    timeout: 120_000,
  })
  const verdict = verdictOf(stdout ?? '')
  if (verdict === null) {
    console.log(`${what}: not asked, as the registry does not answer here`)
    return
  }
  console.log(`${what}: ${verdict.length === 0 ? 'nothing found' : `${verdict.length} found`}`)
  for (const line of verdict) console.log(`  ${line}`)
  if (verdict.length > 0) process.exitCode = 1
}

ask('weaknesses of packages', ['--omit=dev'], weaknesses)
ask('signatures of packages', ['signatures'], unsigned)
