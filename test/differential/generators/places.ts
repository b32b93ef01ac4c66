import type { BlobId } from '../../../src/core/ids.ts'
import { type BucketName, bucketName } from '../../../src/core/model/buckets.ts'
import type {
  Entry,
  EntryId,
  EntryKind,
  EntryTraits,
  Place,
  RealmAddress,
  SeenFile,
  VolumeAddress,
} from '../../../src/core/model/trees.ts'
import { ACCOUNTS, type World } from '../world.ts'

export const REALMS: readonly string[] = ['realm', 'İ']
export const VOLUMES: readonly string[] = ['v', '\uff00', '\u{1d4b3}']
/** So few that they are often taken, and often found by path. */
const ENTRY_NAMES: readonly string[] = [
  'a',
  'b',
  'c.txt',
  'A',
  '\uff00',
  '\u{1d4b3}.mp3',
  'a (1)',
  '.x',
  'n'.repeat(255),
]

export const someRealm = (world: World): RealmAddress => ({
  account: world.account(),
  realm: world.or(world.pick(REALMS), () => 'never'),
})

export const newVolume = (world: World): VolumeAddress => ({
  account: world.pick(ACCOUNTS),
  realm: world.pick(REALMS),
  volume: world.pick(VOLUMES),
})

/** What a volume is as a bucket. */
export const treeBucket = ({ realm, volume }: Pick<VolumeAddress, 'realm' | 'volume'>): BucketName =>
  bucketName('t', `${realm}/${volume}`)

/** A volume that is there, but for faults. */
export function someVolume(world: World): VolumeAddress {
  const volume = world.known.volumes.one(world.random) ?? newVolume(world)
  return world.or(volume, () => ({
    ...volume,
    account: world.pick(ACCOUNTS),
    volume: world.pick([...VOLUMES, 'never']),
  }))
}

/** The volume of what is known; with a fault any. */
export const volumeOf = (
  world: World,
  known: { readonly volume: VolumeAddress } | undefined,
): VolumeAddress =>
  known === undefined ? someVolume(world) : world.or(known.volume, () => someVolume(world))

export const isOf =
  (kind: EntryKind) =>
  (entry: Entry): boolean =>
    entry.kind === kind

/** An entry that is there, but for faults: one that is gone or never was. */
export function someEntry(world: World, isFit: (entry: Entry) => boolean = () => true): Entry | undefined {
  const { entries } = world.known
  const wrong = () => world.any([undefined, entries.one(world.random), entries.oneGone(world.random)])
  return world.or(entries.one(world.random, isFit), wrong)
}

export const idOf = (world: World, entry: Entry | undefined): EntryId => entry?.id ?? world.newObjectId()

/** Mostly nothing. Now and then the bytes of a file, or others. */
export function seenBlob(world: World, entry: Entry | undefined): BlobId | undefined {
  if (!world.chance(200)) return undefined
  return entry?.kind === 'file' ? world.or(entry.content.blob, world.newBlobId) : world.newBlobId()
}

/** Mostly nothing. Now and then where an entry was last seen, or another place. */
export function seenPlace(world: World, entry: Entry | undefined): Place | undefined {
  if (!world.chance(200)) return undefined
  const parent = entry?.parent ?? world.newObjectId()
  return { parent, name: world.or(entry?.name ?? 'a', () => world.pick(ENTRY_NAMES)) }
}

/** Mostly nothing. Now and then the file that was last seen at a place, or another. */
export function seenAt(world: World, { parent, name }: Place): SeenFile | undefined {
  const file = someEntry(
    world,
    (entry) => entry.kind === 'file' && entry.parent === parent && entry.name === name,
  )
  const blob = seenBlob(world, file)
  return blob === undefined ? undefined : { id: idOf(world, file), blob }
}

/** A place in a directory of a volume that fits. */
export function somePlace(world: World, isFit: (volume: VolumeAddress) => boolean = () => true) {
  const parent = someEntry(
    world,
    ({ kind, path, volume }) => kind === 'directory' && path !== null && isFit(volume),
  )
  return { volume: volumeOf(world, parent), parent: idOf(world, parent), name: entryName(world) }
}

export const entryName = (world: World): string => world.pick(ENTRY_NAMES)

export const entryTraits = (world: World): EntryTraits => ({
  attributes: world.json(),
  localCreatedAt: world.pick([null, null, 0, world.before(), Number.MAX_SAFE_INTEGER]),
  localModifiedAt: world.pick([null, null, -1, world.before()]),
})

export const treeConflict = (world: World) => world.pick(['fail', 'rename', 'rename'] as const)

/** Keeps an entry as an answer shows it. */
export function learnEntry({ known }: World, entry: Entry): void {
  known.entries.put(entry.id, entry)
  if (entry.kind === 'file') known.blobs.put(entry.content.blob, entry.content.blob)
}
