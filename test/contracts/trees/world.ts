import assert from 'node:assert/strict'
import type { Content } from '../../../src/core/model/bytes.ts'
import type { ConflictPolicy } from '../../../src/core/model/objects.ts'
import type { Entry, EntryId, EntryKind, EntryTraits } from '../../../src/core/model/trees.ts'
import type { Facts } from '../../../src/core/ports/facts.ts'
import { commitFile } from '../commits.ts'
import type { SeededRandom } from '../metadata/random.ts'
import { NOW } from '../metadata/tenant.ts'
import { type TreeAnswer, TreeModel, type TreeOp, textOf } from './model.ts'
import { outcomeText } from './outcome.ts'
import { type Tree, UNKNOWN_ID } from './tree.ts'

const NAMES = ['a', 'b', 'c.x', 'd']
const POLICIES: readonly ConflictPolicy[] = ['fail', 'rename', 'overwrite']
const KINDS: readonly (EntryKind | null)[] = [null, null, null, 'directory', 'file']

/** Two volumes, what the model knows of them, and random things to do to them. */
export class World {
  readonly #volumes: readonly Tree[]
  readonly #random: SeededRandom
  readonly model: TreeModel
  #now = NOW

  private constructor(volumes: readonly Tree[], random: SeededRandom, roots: readonly Entry[]) {
    this.#volumes = volumes
    this.#random = random
    this.model = new TreeModel(roots, new Set(roots.map(({ id }) => id)))
  }

  static async of(tree: Tree, random: SeededRandom): Promise<World> {
    const volumes = [tree, await tree.beside('two')]
    return new World(volumes, random, await Promise.all(volumes.map((each) => each.at(''))))
  }

  /** Something to do; the ids are of what is or was there, or of nothing. */
  async next(): Promise<TreeOp> {
    const random = this.#random
    this.#now += random.below(3)
    const { entries } = this.model
    const now = this.#now
    const tree = random.pick(this.#volumes)
    const { volume } = tree
    const some = random.pick(entries)
    const id = random.below(20) === 0 ? UNKNOWN_ID : some.id
    const at = random.below(8) === 0 ? volume : some.volume
    const traits = this.#traits()
    switch (random.below(12)) {
      case 0:
      case 1:
      case 2: {
        const path = Array.from({ length: 1 + random.below(3) }, () => random.pick(NAMES))
        const ids = path.map(() => tree.tenant.newObjectId())
        return {
          op: 'make',
          volume,
          path,
          ids,
          conflict: random.pick(['fail', 'rename'] as const),
          traits,
          now,
        }
      }
      case 3:
      case 4: {
        const { upload, content } = await this.#upload(tree)
        return { op: 'commit', ...this.#putting(tree, entries), upload, content }
      }
      case 5: {
        const what =
          random.below(2) === 0
            ? ({ kind: 'link', target: id } as const)
            : ({ kind: 'virtual', size: random.below(9), contentType: 'a/b' } as const)
        return { op: 'put', ...this.#putting(tree, entries), what }
      }
      case 6: {
        const files = entries.filter((entry) => entry.kind === 'file')
        const source = files.length === 0 ? undefined : random.pick(files)
        const other = files.length === 0 ? undefined : random.pick(files)
        const content = (random.below(5) === 0 ? other : source)?.content ?? NO_CONTENT
        return { op: 'copy', ...this.#putting(tree, entries), source: source?.id ?? UNKNOWN_ID, content }
      }
      case 7: {
        const ifVersion = random.pick([null, some.version, some.version - 1])
        const change = random.pick([traits, { attributes: { changed: now } }, { localCreatedAt: now }, {}])
        return { op: 'update', volume: at, id, ifVersion, change }
      }
      case 8:
        return { op: 'remove', volume: at, id, kind: random.pick(KINDS), bin: random.below(2) === 0, now }
      default: {
        const to = random.pick(entries.filter(({ kind }) => kind === 'directory'))
        const toVolume = random.below(8) === 0 ? volume : to.volume
        const place = { to: toVolume, parent: to.id, name: random.pick(NAMES) }
        return { op: 'move', volume: at, id, ...place, conflict: random.pick(POLICIES), now }
      }
    }
  }

  #traits(): EntryTraits {
    const random = this.#random
    return {
      attributes: { tag: random.below(100) },
      localCreatedAt: random.pick([null, NOW - random.below(100)]),
      localModifiedAt: random.pick([null, NOW]),
    }
  }

  #putting(tree: Tree, entries: readonly Entry[]) {
    const random = this.#random
    const directories = entries.filter(({ kind }) => kind === 'directory')
    const parent = random.below(10) === 0 ? random.pick(entries) : random.pick(directories)
    return {
      ...{ volume: random.below(10) === 0 ? tree.volume : parent.volume, id: tree.tenant.newObjectId() },
      ...{ parent: parent.id, name: random.pick(NAMES), conflict: random.pick(POLICIES) },
      ...{ traits: this.#traits(), now: this.#now },
    }
  }

  async #upload(tree: Tree) {
    const { id } = await tree.uploaded('x'.repeat(this.#random.below(50)))
    const upload = await tree.tenant.seal({ id })
    assert.ok(upload.state === 'sealed')
    const content: Content = { blob: upload.blob, ...upload.sealed }
    return { upload: id, content }
  }

  /** What the store has of these, as the model would show it. */
  async stored(ids: Iterable<EntryId>): Promise<readonly Entry[]> {
    const found = await Promise.all([...ids].flatMap((id) => this.#volumes.map((tree) => tree.findById(id))))
    return found.filter((entry) => entry !== null).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  }
}

const NO_CONTENT: Content = {
  blob: UNKNOWN_ID as string as Content['blob'],
  ...{ size: 0, partCount: 0, digests: {}, md5OfParts: null },
}

/** Does it to the store; the answer, or the code it fails with. */
export const done = (facts: Facts, op: TreeOp): Promise<string> => outcomeText(answered(facts, op), textOf)

async function answered(facts: Facts, op: TreeOp): Promise<TreeAnswer> {
  switch (op.op) {
    case 'make':
      return { entry: await facts.makeDirectory(op) }
    case 'commit':
      return commitFile(facts, {
        ...{ ...op, account: op.volume.account, upload: { id: op.upload }, ifVersion: null },
        ...{ place: { parent: op.parent, name: op.name }, contentType: null },
      })
    case 'put':
      return facts.putEntry({ ...op, place: { parent: op.parent, name: op.name } })
    case 'copy': {
      const source = { volume: op.volume, id: op.source, blob: op.content.blob }
      const what = { kind: 'file', source, contentType: null } as const
      return facts.putEntry({ ...op, place: { parent: op.parent, name: op.name }, what })
    }
    case 'move':
      return {
        entry: await facts.moveEntry({ ...op, to: { volume: op.to, parent: op.parent, name: op.name } }),
      }
    case 'update':
      return { entry: await facts.updateEntry(op) }
    case 'remove':
      return { entry: (await facts.removeEntry(op)).entry }
  }
}
