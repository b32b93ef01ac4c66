import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { accountLines } from './lines.ts'

describe('what commands show of an account', () => {
  test('its limits are shown as the flag takes them', () => {
    const lines = accountLines({
      ...{
        id: '1',
        name: 'one',
        source: 'metadata',
        createdAt: 0,
        disabledAt: null,
        keys: [],
        credentials: [],
      },
      attributes: { limits: { stored_bytes: 1000, open_uploads: 0 } },
    })
    assert.deepEqual(lines, ['1  one  keys: 0  credentials: 0', '  limits  stored_bytes=1000,open_uploads=0'])
  })
})
