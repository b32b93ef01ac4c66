import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { sourceOf } from '../../scripts/check/project.ts'
import { dialectFolders } from '../../scripts/check/rules/dialect-folders.ts'
import { skeletonOf, spellingsOf } from '../../scripts/new-dialect/skeleton.ts'

test('a new dialect has the folders and files of the others', () => {
  const spellings = spellingsOf('acme-files') ?? assert.fail('no name of a dialect')
  const files = skeletonOf(resolve(import.meta.dirname, '../..'), spellings)
  const sources = files
    .filter(({ path }) => path.endsWith('.ts'))
    .map(({ path, text }) => sourceOf(path, text))
  assert.ok(sources.some(({ path }) => path === 'src/dialects/acme-files/index.ts'))
  assert.deepEqual(dialectFolders(sources), [])
})
