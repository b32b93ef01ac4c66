import type { EntryCriteria } from '../../../src/core/model/tree-search.ts'
import { HOUR_MS, type World } from '../world.ts'
import type { Generators } from './generator.ts'
import { someEntry, someVolume, volumeOf } from './places.ts'

type Name = 'searchEntries' | 'indexEntries' | 'saveSearch' | 'findSearch' | 'deleteSearch' | 'expireSearches'

/** Pieces of the names that entries have, in other letter cases and widths. */
const KEYWORDS: readonly string[] = [
  'a',
  'A',
  '\uff41',
  'c.',
  'TXT',
  'mp3',
  '(1)',
  '\u{1d4b3}',
  'nn',
  'nnnn',
  '%',
  '_',
  '',
]
const EXTENSIONS: readonly string[] = ['txt', 'mp3', 'x', '']
const KINDS = ['directory', 'file', 'link', 'virtual'] as const
const ORDERS = ['name', 'modified', 'size', 'created', 'local-created', 'local-modified'] as const

export const treeSearchGenerators: Generators<Name> = {
  searchEntries: {
    weight: 12,
    make: (world) => {
      const begun = world.chance(400) ? world.known.searchMarkers.one(world.random) : undefined
      const order = world.pick(ORDERS)
      if (begun !== undefined) {
        return { ...begun, order: world.or(begun.order, () => order), limit: world.limit() }
      }
      return {
        ...{ volume: someVolume(world), criteria: someCriteria(world), order },
        ...{ descending: world.chance(500), ranked: world.chance(500), after: null, limit: world.limit() },
      }
    },
    learn: ({ known }, { next }, { limit: _, ...search }) => {
      if (next !== null) known.searchMarkers.put(next.id + search.order, { ...search, after: next })
    },
  },
  indexEntries: { weight: 8, make: (world) => ({ limit: world.limit() }) },
  saveSearch: {
    weight: 4,
    make: (world) => {
      const { volume, id } = someSearch(world)
      return {
        ...{ volume, id, state: world.json(), searchesMax: world.pick([1, 3, 1000]) },
        expiresAt: world.now() + world.pick([-1, 1, HOUR_MS]),
      }
    },
    learn: ({ known }, _, { volume, id }) => known.searches.put(id, { volume, id }),
  },
  findSearch: { weight: 4, make: (world) => ({ ...someSearch(world), now: world.now() }) },
  deleteSearch: { weight: 6, make: (world) => ({ ...someSearch(world), now: world.now() }) },
  expireSearches: { weight: 6, make: (world) => ({ now: world.now(), limit: world.limit() }) },
}

function someSearch(world: World) {
  const known = world.chance(800) ? world.known.searches.one(world.random) : undefined
  return known === undefined
    ? { volume: someVolume(world), id: world.newObjectId() }
    : { ...known, volume: volumeOf(world, known) }
}

function someCriteria(world: World): EntryCriteria {
  const under = someEntry(world, ({ kind, path }) => kind === 'directory' && path !== null)
  return {
    keywords: world.some(KEYWORDS, 3),
    under: under === undefined || world.chance(600) ? null : { id: under.id },
    shapes: world.chance(800)
      ? null
      : [
          {
            ...{ kinds: world.some(KINDS, 3), notExtensions: world.some(EXTENSIONS, 1) },
            extensions: world.chance(500) ? null : world.some(EXTENSIONS, 2),
          },
        ],
    extensions: world.chance(700) ? null : world.some(EXTENSIONS, 2),
    notExtensions: world.chance(800) ? [] : world.some(EXTENSIONS, 2),
    sizeMin: world.pick([null, null, null, 1]),
    sizeMax: world.pick([null, null, null, 5, 1_000_000]),
    modifiedFrom: world.pick([null, null, null, world.now() - HOUR_MS]),
    modifiedUntil: world.pick([null, null, null, world.now()]),
    attributes: world.chance(900) ? [] : [{ name: 'a', anyOf: ['', 'x'] }],
  }
}
