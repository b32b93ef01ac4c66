import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { type CasFiles, casFiles, HASHES, KNOWN, OVERWRITE } from './content-cas.ts'
import { type Rig, type SmhAnswer, startRig } from './rig.ts'
import { treeOf } from './tree.ts'

describe('tencent-smh: content_cas while others come', () => {
  let rig: Rig
  let files: CasFiles
  before(async () => {
    rig = await startRig()
    files = await casFiles(rig, await treeOf(rig))
  })
  after(() => rig.stop())

  /** A file, and every kind of call that changes it if it has the bytes that all of them have seen. */
  const seenByAll = async () => {
    const { name } = await files.changed()
    const guard = { ...OVERWRITE, content_cas: await files.casOf(name) }
    await files.write(`from-${name}`, 'from')
    const confirms = await Promise.all(
      Array.from({ length: 4 }, async (_, at) => {
        const { confirmKey } = await files.sent(name, { content_cas: guard.content_cas }, `writer ${at}`)
        return [`confirm ${at}`, () => files.call('POST', confirmKey, { confirm: 1 })] as const
      }),
    )
    const writers: Readonly<Record<string, () => Promise<SmhAnswer>>> = {
      ...Object.fromEntries(confirms),
      'copy over it': () => files.call('PUT', name, guard, { copyFrom: 'known.bin' }),
      'quick upload': () => files.call('PUT', name, guard, HASHES),
      'move over it': () => files.call('PUT', name, guard, { from: `from-${name}` }),
      'move away': () => files.call('PUT', `away-${name}`, guard, { from: name }),
      'move elsewhere': () => files.call('PUT', `elsewhere-${name}`, guard, { from: name }),
      delete: () => files.call('DELETE', name, guard),
      'delete for good': () => files.call('DELETE', name, { ...guard, permanent: 1 }),
    }
    return { name, writers }
  }
  const winners = (answers: Readonly<Record<string, SmhAnswer>>): readonly string[] => {
    const wins = (status: number) => [200, 204].includes(status)
    for (const { status, bytes } of Object.values(answers)) {
      assert.ok(wins(status) || [404, 409].includes(status), `${status} ${bytes}`)
    }
    return Object.keys(answers).filter((name) => wins(answers[name]?.status ?? 0))
  }

  test('of many writers that have seen the same bytes the first one wins, whichever it is', async () => {
    const kinds = Object.keys((await seenByAll()).writers)
    for (const first of kinds) {
      const { name, writers } = await seenByAll()
      const gate = holdChanges(rig)
      const ask = async (kind: string) => [kind, await (writers[kind] ?? assert.fail())()] as const
      const winner = ask(first)
      await gate.holds(1, [winner])
      const asked = [winner, ...kinds.filter((kind) => kind !== first).map(ask)]
      await gate.holds(kinds.length, asked)
      gate.openForFirst()
      await winner
      gate.open()
      assert.deepEqual(winners(Object.fromEntries(await Promise.all(asked))), [first])
      const places = [name, `away-${name}`, `elsewhere-${name}`]
      assert.deepEqual(await Promise.all(places.map(contentOf)), leftBy(first), first)
    }
    shows('tencent-smh', 'content_cas, the first of many')
  })

  test('of many writers that have seen the same bytes one wins, by whatever call', async () => {
    for (const round of [1, 2, 3]) {
      const { writers } = await seenByAll()
      const gate = holdChanges(rig)
      const asked = Object.entries(writers).map(async ([kind, ask]) => [kind, await ask()] as const)
      await gate.holds(asked.length, asked)
      gate.open()
      const won = winners(Object.fromEntries(await Promise.all(asked)))
      assert.equal(won.length, 1, `round ${round}: ${won}`)
    }
    shows('tencent-smh', 'content_cas, many at once')
  })

  const contentOf = async (name: string): Promise<string | null> => {
    const bytes = await rig.download(name)
    if (bytes === null) return null
    return bytes.equals(KNOWN) ? 'known' : String(bytes)
  }
})

/** What is at the file's place and at those of the moves, when one kind of call came first. */
function leftBy(first: string): readonly (string | null)[] {
  const written = { 'copy over it': 'known', 'quick upload': 'known', 'move over it': 'from' }
  if (first.startsWith('confirm')) return [first.replace('confirm', 'writer'), null, null]
  if (first === 'move away') return [null, 'theirs', null]
  if (first === 'move elsewhere') return [null, null, 'theirs']
  return [Object.entries(written).find(([kind]) => kind === first)?.[1] ?? null, null, null]
}

/** Holds the commands that change files from now on: their callers have looked, and have not changed anything. */
function holdChanges(rig: Rig) {
  const { trees } = rig.server.engine.core
  const { commit, putEntry, moveEntry, removeEntry } = trees
  const commands = { commit, putEntry, moveEntry, removeEntry }
  const held: (() => void)[] = []
  let tell = () => {}
  const heldOf =
    (command: (...all: readonly never[]) => unknown) =>
    async (...given: readonly never[]) => {
      await new Promise<void>((resolve) => {
        held.push(resolve)
        tell()
      })
      return command(...given)
    }
  const entries = Object.entries(commands).map(([name, command]) => [name, heldOf(command)])
  Object.assign(trees, Object.fromEntries(entries))
  return {
    /** Waits until so many are held. Fails if one of the callers is answered before. */
    holds: async (count: number, callers: readonly Promise<unknown>[]) => {
      const all = new Promise<void>((resolve) => {
        tell = () => {
          if (held.length >= count) resolve()
        }
        tell()
      })
      await Promise.race([all, Promise.race(callers).then(() => assert.fail('a call changed nothing'))])
    },
    openForFirst: () => held.shift()?.(),
    open: () => {
      Object.assign(trees, commands)
      for (const open of held) open()
    },
  }
}
