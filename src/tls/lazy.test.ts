import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'

const { cache } = createRequire(import.meta.url)
const isLoaded = (): boolean => Object.keys(cache).some((file) => file.includes('@peculiar/x509'))

test('a start without an authority does not load what makes certificates', async () => {
  await import('../listeners.ts')
  assert.equal(isLoaded(), false)
  await import('./x509.ts')
  assert.equal(isLoaded(), true)
})
