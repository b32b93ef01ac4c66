import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planOf, sizeOf, type Thumbnail } from './snapshots.ts'

const thumbnail = (fields: Partial<Thumbnail>): Thumbnail => ({
  ...{ type: 'time', time: null, dots: null, quantity: null, quantity_time: null, cover_position: 1 },
  ...{ format: 1, aspect_ratio: null, max_length: 480 },
  ...fields,
})

test('snapshots are planned within the video, each second once and in order', () => {
  const planned: readonly (readonly [Partial<Thumbnail>, number | null, readonly number[]])[] = [
    [{ time: 7 }, 21_000, [0, 7, 14]],
    [{ time: 7 }, 21_001, [0, 7, 14, 21]],
    [{}, 25_000, [0, 12, 24]],
    [{ time: 0 }, 13_000, [0, 12]],
    [{ time: 5 }, null, [0]],
    [{ type: 'dots', dots: [9, 3, 9, 60] }, 10_000, [3, 9]],
    [{ type: 'dots' }, 10_000, []],
    [{ type: 'quantity', quantity: 4 }, 10_000, [0, 2, 5, 7]],
    [{ type: 'quantity', quantity: 4 }, 2000, [0, 1]],
    [{ type: 'quantity', quantity: 3, quantity_time: 2 }, 10_000, [0, 2, 4]],
    [{ type: 'quantity' }, 100_000, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]],
  ]
  for (const [fields, durationMs, offsets] of planned)
    assert.deepEqual(planOf(thumbnail(fields), durationMs).offsets, offsets, JSON.stringify(fields))
})

test('a request has at most 100 snapshots, the first ones', () => {
  const { list, offsets } = planOf(thumbnail({ time: 1 }), 7_200_000)
  assert.deepEqual([list, offsets.length, offsets.at(-1)], ['sample', 100, 99])
})

test('a snapshot has the longer side that is asked for, and is cut to 16:9 where that is', () => {
  assert.deepEqual(sizeOf(thumbnail({ max_length: 90 })), { fit: 'within', width: 90, height: 90 })
  assert.deepEqual(sizeOf(thumbnail({ aspect_ratio: 1, max_length: 320 })), {
    ...{ fit: 'filled', width: 320, height: 180 },
  })
})
