import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { temporaryFolder } from '../support/folder.ts'
import { mediaFixture, mediaFixtureNames } from '../support/media-fixtures.ts'

const MIB = 1024 * 1024
/** What a worker that measures media files may add to the memory of its process. */
const ADDED_MAX = 64 * MIB

/** A fixture after itself until it is so long. */
const long = (name: string, size: number): Buffer => {
  const bytes = mediaFixture(name)
  return Buffer.concat(Array.from({ length: Math.ceil(size / bytes.length) }, () => bytes))
}

test('a worker adds at most 64 MiB to the memory of its process, but where it reads long files whole', async (t) => {
  const folder = join(temporaryFolder(), 'files')
  mkdirSync(folder)
  for (const name of mediaFixtureNames()) writeFileSync(join(folder, name), mediaFixture(name))
  for (const name of ['cbr-bare.mp3', 'tone.aac', 'tone.ac3', 'video.ts', 'ac3.vob'])
    writeFileSync(join(folder, `long-${name}`), long(name, 60 * MIB))
  const program = join(import.meta.dirname, '../media/memory.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [program, folder])
  t.diagnostic(stdout)
  const { before, after } = JSON.parse(stdout) as { readonly before: number; readonly after: number }
  assert.ok(after - before <= ADDED_MAX, `${Math.round((after - before) / MIB)} MiB`)
})
