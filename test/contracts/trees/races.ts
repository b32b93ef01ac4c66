import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Entry, EntryId } from '../../../src/core/model/trees.ts'
import type { Facts } from '../../../src/core/ports/facts.ts'
import { ordersOf } from '../metadata/race-model.ts'
import { newSeed, seededRandom } from '../metadata/random.ts'
import { garbageOf, NOW } from '../metadata/tenant.ts'
import { commit } from './files.ts'
import { type TreeModel, type TreeOp, textOf } from './model.ts'
import { idsOf } from './sequences.ts'
import { freshTrees, type OpenFacts, outcomeOf, type TreeBench } from './store.ts'
import { bucketOf, namesOfPath, type Tree } from './tree.ts'
import { done, World } from './world.ts'

const TIMES = 16
/** Operations one by one before each race, so that there is something to race for. */
const STEPS_PER_ROUND = 4
/** All orders of so many operations are compared. */
const SIDE_BY_SIDE = 4

/** `rounds` of everything that can happen side by side, beside what is raced on purpose. */
export function racesContract(open: OpenFacts, rounds = 15): void {
  describe('races in trees', () => {
    const bench = freshTrees(open)
    named(bench)
    circular(bench)
    removing(bench)
    serial(bench, rounds)
  })
}

/** One volume as many callers, by two ways in. */
async function callers(bench: TreeBench, tree: Tree): Promise<readonly Tree[]> {
  const other = tree.through(await bench.store.another())
  return Array.from({ length: TIMES }, (_, index) => (index % 2 === 0 ? tree : other))
}

const count = (outcomes: readonly string[], outcome: string): number =>
  outcomes.filter((each) => each === outcome).length

function named(bench: TreeBench): void {
  test('for one name: one wins, all get a name of their own, or the last one stays', async () => {
    const tree = await bench.tree()
    const all = await callers(bench, tree)
    const failing = await Promise.all(all.map((caller) => outcomeOf(caller.write('fail', 10))))
    assert.equal(count(failing, 'ok'), 1)
    assert.equal(count(failing, 'name-conflict'), TIMES - 1)
    const renamed = await Promise.all(all.map((caller) => caller.write('r.x', 10, { conflict: 'rename' })))
    assert.deepEqual(
      renamed.map(({ name }) => name).sort(),
      ['r.x', ...Array.from({ length: TIMES - 1 }, (_, index) => `r (${index + 1}).x`)].sort(),
    )
    const garbage = (await garbageOf(bench.metadata)).length
    const over = await Promise.all(all.map((caller) => caller.commit('o', 10, { conflict: 'overwrite' })))
    assert.equal(over.filter(({ isOverwritten }) => !isOverwritten).length, 1)
    assert.equal(new Set(over.map(({ entry }) => entry.id)).size, 1)
    assert.deepEqual(
      over.map(({ entry }) => entry.version).toSorted((a, b) => a - b),
      Array.from({ length: TIMES }, (_, index) => index + 1),
    )
    assert.equal((await garbageOf(bench.metadata)).length - garbage, TIMES - 1)
  })

  test('to make one directory have one winner, and make those above it once', async () => {
    const tree = await bench.tree()
    const all = await callers(bench, tree)
    const outcomes = await Promise.all(all.map((caller) => outcomeOf(caller.makeDirectory('a/b/c'))))
    assert.equal(count(outcomes, 'ok'), 1)
    assert.equal(count(outcomes, 'name-conflict'), TIMES - 1)
    await Promise.all(all.map((caller, index) => caller.makeDirectory(`x/y/z${index}`)))
    assert.equal((await tree.names('x/y')).length, TIMES)
    const renamed = await Promise.all(all.map((caller) => caller.makeDirectory('x/y', 'rename')))
    assert.equal(new Set(renamed.map(({ name }) => name)).size, TIMES)
  })

  test('to commit one upload make one file', async () => {
    const tree = await bench.tree()
    const upload = await tree.uploaded('bytes')
    const all = await callers(bench, tree)
    const made = await Promise.all(all.map((caller) => commit(caller, { upload, conflict: 'rename' })))
    for (const each of made) assert.deepEqual(each, made[0])
    assert.deepEqual(await tree.names(''), ['f'])
  })

  test('to make one volume have one winner, or all get the same', async () => {
    const tree = await bench.tree()
    const all = await callers(bench, tree)
    const create = (caller: Tree, volume: string, ifAbsent: boolean) =>
      caller.facts.createVolume({
        ...{ volume: { ...tree.volume, volume }, bucket: bucketOf({ ...tree.volume, volume }) },
        ...{ root: tree.tenant.newObjectId(), owner: '', attributes: {} },
        ...{ ifAbsent, now: NOW },
      })
    const outcomes = await Promise.all(all.map((caller) => outcomeOf(create(caller, 'v', false))))
    assert.equal(count(outcomes, 'ok'), 1)
    const made = await Promise.all(all.map((caller) => create(caller, 'w', true)))
    for (const each of made) assert.deepEqual(each, made[0])
  })

  test('to move one file, or onto one name, have one outcome', async () => {
    const tree = await bench.tree()
    const all = await callers(bench, tree)
    for (const index of all.keys()) await tree.makeDirectory(`d${index}`)
    const file = await tree.write('f')
    const moved = await Promise.all(
      all.map((caller, index) =>
        caller.facts.moveEntry({
          ...{ volume: tree.volume, id: file.id, conflict: 'fail' as const, now: NOW },
          to: { volume: tree.volume, ...{ parent: tree.root, name: `f${index}` } },
        }),
      ),
    )
    assert.equal(new Set(moved.map(({ version }) => version)).size, TIMES)
    assert.equal((await tree.names('')).length, TIMES + 1)
    const files = await Promise.all(all.map((caller, index) => caller.write(`d${index}/g`, 10)))
    await Promise.all(files.map((_, index) => (all[index] ?? tree).move(`d${index}/g`, 'g', 'overwrite')))
    const left = await tree.at('g')
    assert.ok(files.some(({ id }) => id === left.id))
    assert.equal((await garbageOf(bench.metadata)).length, TIMES - 1)
  })

  test('to move one file to many directories and to remove it leave it in one, or nowhere', async () => {
    const tree = await bench.tree()
    const all = await callers(bench, tree)
    const parents = await Promise.all(all.map((_, index) => tree.makeDirectory(`d${index}`)))
    for (let round = 0; round < 6; round++) {
      const { id } = await tree.write(`f${round}`, 10)
      const outcomes = await Promise.all(
        all.map((caller, index) => {
          if (index === TIMES / 2 && round % 3 > 0) {
            const bin = round % 3 === 1
            return outcomeOf(caller.facts.removeEntry({ volume: tree.volume, id, kind: null, bin, now: NOW }))
          }
          const to = { volume: tree.volume, parent: parents[index]?.id ?? tree.root, name: `f${round}` }
          return outcomeOf(
            caller.facts.moveEntry({ volume: tree.volume, id, to, conflict: 'fail', now: NOW }),
          )
        }),
      )
      const found = await reached(tree, '')
      assert.equal(found.filter((entry) => entry.id === id).length, round % 3 === 0 ? 1 : 0)
      for (const outcome of outcomes)
        assert.match(outcome, round % 3 === 0 ? /^ok$/ : /^(ok|entry-not-found)$/)
    }
  })

  test('of changes to one entry: each version is made once', async () => {
    const tree = await bench.tree()
    const { id, version } = await tree.write('f')
    const all = await callers(bench, tree)
    const update = (caller: Tree, ifVersion: number | null, tag: number) =>
      caller.facts.updateEntry({ volume: tree.volume, id, ifVersion, change: { attributes: { tag } } })
    const outcomes = await Promise.all(all.map((caller, tag) => outcomeOf(update(caller, version, tag))))
    assert.equal(count(outcomes, 'ok'), 1)
    assert.equal(count(outcomes, 'object-changed'), TIMES - 1)
    await Promise.all(all.map((caller, tag) => update(caller, null, tag)))
    assert.equal((await tree.at('f')).version, version + 1 + TIMES)
  })
}

function circular(bench: TreeBench): void {
  test('of moves that together would make a circle: one is refused', async () => {
    const tree = await bench.tree()
    const other = tree.through(await bench.store.another())
    for (let round = 0; round < TIMES; round++) {
      const ids: Record<string, EntryId> = {}
      // Each in a directory of its own, so that they have no other lock in common.
      for (const name of ['a', 'b', 'c']) {
        ids[name] = (await tree.makeDirectory(`${round}/in-${name}/${name}`)).id
        ids[`${name}/x`] = (await tree.makeDirectory(`${round}/in-${name}/${name}/x`)).id
      }
      const move = (caller: Tree, from: string, to: string) => {
        const [id, parent] = [ids[from] ?? assert.fail(), ids[to] ?? assert.fail()]
        const place = { volume: tree.volume, parent, name: from }
        return outcomeOf(
          caller.facts.moveEntry({ volume: tree.volume, id, to: place, conflict: 'fail', now: NOW }),
        )
      }
      const outcomes = await Promise.all([
        move(tree, 'a', 'b/x'),
        move(other, 'b', 'c/x'),
        move(tree, 'c', 'a/x'),
      ])
      const refused = outcomes.filter((outcome) => outcome !== 'ok')
      assert.deepEqual(refused, ['directory-cycle'])
      assert.equal((await reached(tree, `${round}`)).length, 9)
    }
  })
}

/** Everything below a directory. */
async function reached(tree: Tree, path: string): Promise<readonly Entry[]> {
  const found: Entry[] = []
  const { entries } = await tree.list({ path: namesOfPath(path) })
  for (const entry of entries) {
    found.push(entry)
    const below = path === '' ? entry.name : `${path}/${entry.name}`
    if (entry.kind === 'directory') found.push(...(await reached(tree, below)))
  }
  return found
}

function removing(bench: TreeBench): void {
  test('of a commit with the removal of its directory: the file is removed with it, or nowhere', async () => {
    const tree = await bench.tree()
    const other = tree.through(await bench.store.another())
    for (let round = 0; round < TIMES; round++) {
      const bin = round % 2 === 0
      const directory = await tree.makeDirectory(`${round}/a/b`)
      const { id } = await tree.at(`${round}/a`)
      const upload = await tree.uploaded(10)
      const place = { parent: directory.id, name: 'f' }
      const remove = () => other.facts.removeEntry({ volume: tree.volume, id, kind: null, bin, now: NOW })
      const [outcome] = await Promise.all([outcomeOf(commit(tree, { upload, place })), remove()])
      assert.equal(await tree.find(`${round}/a`), null)
      const { state } = (await tree.tenant.findUpload(upload)) ?? assert.fail()
      if (bin) assert.equal(outcome, 'ok')
      if (outcome === 'ok') assert.equal(state, 'committed')
      else assert.deepEqual([outcome, state], ['directory-not-found', 'open'])
    }
  })

  test('of a commit with the deletion of its volume: it is deleted with it, or nowhere', async () => {
    const tree = await bench.tree()
    for (let round = 0; round < TIMES; round++) {
      const volume = await tree.beside(`v${round}`)
      const other = volume.through(round % 2 === 0 ? bench.metadata : await bench.store.another())
      const { id: parent } = await volume.makeDirectory('a')
      const upload = await volume.uploaded(10)
      const place = { parent, name: 'f' }
      const [outcome] = await Promise.all([
        outcomeOf(commit(volume, { upload, place })),
        other.facts.deleteVolume({ ...volume.volume, force: true, now: NOW }),
      ])
      assert.match(outcome, /^(ok|volume-not-found|directory-not-found)$/)
      while ((await tree.facts.removeDoomed({ limit: 10, now: NOW })) > 0);
    }
  })

  test('of making something with the deletion of an empty volume: one of both happens', async () => {
    const tree = await bench.tree()
    const other = await bench.store.another()
    for (let round = 0; round < TIMES; round++) {
      const volume = await tree.beside(`v${round}`)
      const outcomes = await Promise.all([
        outcomeOf(volume.makeDirectory('a/b')),
        outcomeOf(other.deleteVolume({ ...volume.volume, force: false, now: NOW })),
      ])
      assert.match(outcomes.join(' '), /^(ok volume-not-empty|(volume|directory)-not-found ok)$/)
    }
  })

  test('to remove one thing have one winner', async () => {
    const tree = await bench.tree()
    const all = await callers(bench, tree)
    for (const bin of [true, false]) {
      const ids = [(await tree.write('f', 10)).id, (await tree.makeDirectory('d/e')).parent]
      for (const id of ids) {
        const remove = (caller: Tree) =>
          caller.facts.removeEntry({ volume: tree.volume, id: id ?? tree.root, kind: null, bin, now: NOW })
        const outcomes = await Promise.all(all.map((caller) => outcomeOf(remove(caller))))
        assert.equal(count(outcomes, 'ok'), 1)
        assert.equal(count(outcomes, 'entry-not-found'), TIMES - 1)
      }
    }
  })

  test('of a copy with the removal of its source: the bytes are there, or the copy is not', async () => {
    const tree = await bench.tree()
    const other = tree.through(await bench.store.another())
    for (let round = 0; round < TIMES; round++) {
      const file = await tree.write(`f${round}`, 10)
      const [outcome] = await Promise.all([
        outcomeOf(tree.copyOf(file, `c${round}`)),
        other.remove(`f${round}`),
      ])
      const garbage = await garbageOf(bench.metadata)
      await bench.metadata.forgetSegments({ names: garbage, now: NOW })
      assert.equal(outcome, garbage.length === 0 ? 'ok' : 'entry-not-found')
    }
  })
}

/** Design invariant 5: whatever races, the outcome is that of some order of the operations one by one. */
function serial(bench: TreeBench, rounds: number): void {
  test('of everything that can happen have a serial outcome', async (t) => {
    const seed = newSeed()
    t.diagnostic(`TEST_SEED=${seed}`)
    const random = seededRandom(seed)
    const ways = [bench.metadata, await bench.store.another()]
    const world = await World.of(await bench.tree(), random)
    for (let round = 0; round < rounds; round++) {
      for (let step = 0; step < STEPS_PER_ROUND; step++) {
        const op = await world.next()
        assert.equal(await done(bench.metadata, op), world.model.answer(op), `TEST_SEED=${seed}`)
      }
      const ops: TreeOp[] = []
      for (let index = 0; index < SIDE_BY_SIDE; index++) ops.push(await world.next())
      await raceOnce(world, ops, random.shuffled([...ways, ...ways]), `TEST_SEED=${seed} round ${round}`)
    }
  })
}

async function raceOnce(
  world: World,
  ops: readonly TreeOp[],
  ways: readonly Facts[],
  label: string,
): Promise<void> {
  const ids = new Set([...world.model.entries.map(({ id }) => id), ...ops.flatMap(idsOf)])
  const answers = await Promise.all(ops.map((op, index) => done(ways[index] ?? assert.fail(), op)))
  const stored = textOf(await world.stored(ids))
  const match = [...ordersOf(ops.length)]
    .map((order) => serially(world.model, ops, order))
    .find((end) => textOf(end.answers) === textOf(answers) && textOf(end.model.entries) === stored)
  assert.ok(match !== undefined, `${label}: no order gives ${textOf({ ops, answers })}`)
  world.model.become(match.model)
}

interface SerialEnd {
  readonly model: TreeModel
  readonly answers: readonly string[]
}

/** What comes of all of `ops` one by one; answers stand in the order of `ops`. */
function serially(before: TreeModel, ops: readonly TreeOp[], order: readonly number[]): SerialEnd {
  const model = before.copy()
  const answers: string[] = []
  for (const index of order) {
    const op = ops[index]
    if (op !== undefined) answers[index] = model.answer(op)
  }
  return { model, answers }
}
