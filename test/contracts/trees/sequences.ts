import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EntryId } from '../../../src/core/model/trees.ts'
import { newSeed, seededRandom } from '../metadata/random.ts'
import { type TreeOp, textOf } from './model.ts'
import { freshTrees, type OpenFacts } from './store.ts'
import { done, World } from './world.ts'

const STEPS_PER_AUDIT = 50

/** Ids that an operation may make entries of. */
export const idsOf = (op: TreeOp): readonly EntryId[] => ('ids' in op ? op.ids : [op.id])

export function sequencesContract(open: OpenFacts, steps = 150): void {
  describe('random sequences in trees', () => {
    const bench = freshTrees(open)

    test('do what a simple model does', async (t) => {
      const seed = newSeed()
      t.diagnostic(`TEST_SEED=${seed}`)
      const world = await World.of(await bench.tree(), seededRandom(seed))
      let ids = new Set<EntryId>()
      let successes = 0
      for (let step = 1; step <= steps; step++) {
        const op = await world.next()
        for (const id of idsOf(op)) ids.add(id)
        const label = `TEST_SEED=${seed} step ${step}: ${textOf(op)}`
        const answer = await done(bench.metadata, op)
        assert.equal(answer, world.model.answer(op), label)
        if (answer.startsWith('{')) successes += 1
        if (step % STEPS_PER_AUDIT === 0) {
          const { entries } = world.model
          assert.deepEqual(
            await world.stored(new Set([...ids, ...entries.map(({ id }) => id)])),
            entries,
            label,
          )
          ids = new Set(entries.map(({ id }) => id))
        }
      }
      assert.ok(successes > steps / 4, `TEST_SEED=${seed}: hardly anything happened`)
    })
  })
}
