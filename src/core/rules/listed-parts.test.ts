import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { isCoreError } from '../errors.ts'
import type { SegmentName } from '../ids.ts'
import type { Digests } from '../model/bytes.ts'
import type { ListedPart, Part } from '../model/uploads.ts'
import { requireSealedOf, unlistedNumbers } from './listed-parts.ts'
import { summarise } from './summary.ts'

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
const listed = (number: number, text = `part ${number}`): ListedPart => ({ number, md5: md5(text) })
const part = (number: number, digests: Digests = { md5: md5(`part ${number}`) }): Part => ({
  ...{ number, segment: `${number}`.padStart(32, '0') as SegmentName, writtenAt: 0 },
  facts: { size: 6, crc32: 0, digests },
})
const refused = (work: () => unknown): void => {
  assert.throws(work, (error) => isCoreError(error, 'part-mismatch'))
}

describe('parts that a seal lists', () => {
  test('leave the others to be dropped', () => {
    assert.deepEqual(
      unlistedNumbers(
        [1, 2, 3].map((n) => part(n)),
        [listed(2)],
      ),
      [1, 3],
    )
    assert.deepEqual(unlistedNumbers([part(7)], [listed(7)]), [])
    assert.deepEqual(unlistedNumbers([part(7)], []), [7])
  })

  test('have to be there with these bytes', () => {
    refused(() => unlistedNumbers([part(1)], [listed(2)]))
    refused(() => unlistedNumbers([part(1)], [listed(1, 'other')]))
    refused(() => unlistedNumbers([part(1, {})], [listed(1)]))
    refused(() => unlistedNumbers([], [listed(1)]))
  })

  test('are known again once they are sealed, in whatever order they stand', () => {
    const sealed = summarise([part(1), part(2), part(9)])
    requireSealedOf(sealed, [listed(1), listed(2), listed(9)])
    requireSealedOf(sealed, [listed(9), listed(1), listed(2)])
    for (const others of [[], [listed(1)], [listed(1), listed(2)], [listed(1), listed(2), listed(9, 'x')]]) {
      refused(() => requireSealedOf(sealed, others))
    }
  })

  test('cannot be those of parts without an md5', () => {
    refused(() => requireSealedOf(summarise([part(1, {})]), [listed(1)]))
  })
})
