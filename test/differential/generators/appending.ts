import type { Staged } from '../../../src/core/model/bytes.ts'
import { factsOf } from '../values.ts'
import type { World } from '../world.ts'
import { anyUpload, learnEnd, learnUpload, someUpload } from './addresses.ts'
import type { Generators } from './generator.ts'
import { stagedBytes } from './parts.ts'

type Name = 'appendPart' | 'findOffset' | 'gatherUploads' | 'joinParts'

const OFFSETS: readonly number[] = [0, 1, 5, 11, 300, 100_000, -1, 0.5, Number.MAX_SAFE_INTEGER]

export const appendingGenerators: Generators<Name> = {
  appendPart: {
    weight: 20,
    make: (world) => {
      const known = world.chance(750) ? someAppend(world) : undefined
      const { account, upload } =
        known === undefined
          ? someUpload(world, ({ parts }) => parts.size === 0)
          : { account: world.account(known.account), upload: { id: known.upload } }
      const offset = world.or(known?.offset ?? 0, () => world.pick(OFFSETS))
      const staged = stagedBytes(world)
      const end = offset + staged.facts.size
      const named = world.chance(200) ? { sizeNamed: world.pick([end, end, 0, 5, 1000, 200_000]) } : {}
      return { account, upload, offset, staged, ...named, now: world.now(), ...world.within() }
    },
    learn: (world, { upload, offset }, { staged, offset: start }) => {
      learnUpload(world, upload)
      world.known.segments.drop(staged.name)
      const starts = world.known.appends.get(upload.id)?.starts ?? []
      const { account, id } = upload
      world.known.appends.put(id, { account, upload: id, starts: [...new Set([...starts, start])], offset })
    },
  },
  gatherUploads: {
    weight: 6,
    make: (world) => {
      const first = someAppend(world)
      const others = world.chance(500) ? [someAppend(world)] : []
      const of = [first, ...others].flatMap((known) =>
        known?.account === first?.account && known !== undefined ? [known.upload] : [],
      )
      const { account, upload } = someUpload(world, ({ parts }) => parts.size === 0)
      return {
        ...{ account: world.account(first?.account ?? account), upload, of: [...new Set(of)] },
        ...{ now: world.now(), ...world.within() },
      }
    },
    learn: (world, { upload, offset }, { of }) => {
      learnUpload(world, upload)
      for (const id of of) learnEnd(world, { account: upload.account, upload: { id } })
      const { account, id } = upload
      world.known.appends.put(id, { account, upload: id, starts: [0], offset })
    },
  },
  joinParts: {
    weight: 8,
    make: (world) => {
      const known = someAppend(world)
      const now = world.now()
      if (known === undefined) return { ...someAddress(world), start: 0, staged: stagedBytes(world), now }
      const start = world.pick(known.starts)
      const ends = [...known.starts, known.offset].filter((end) => end > start)
      const end = world.or(ends.length > 0 ? world.pick(ends) : known.offset, () => world.pick(OFFSETS))
      const size = Math.max(0, Math.floor(end - start))
      const { account, upload: id } = known
      return { account: world.account(account), upload: { id }, start, staged: bytesOf(world, size), now }
    },
    learn: (world, isJoined, { account, upload, start, staged }) => {
      const known = 'id' in upload ? world.known.appends.get(upload.id) : undefined
      if (!isJoined || known === undefined || known.account !== account) return
      world.known.segments.drop(staged.name)
      const end = start + staged.facts.size
      const starts = known.starts.filter((one) => one <= start || one >= end)
      world.known.appends.put(known.upload, { ...known, starts })
    },
  },
  findOffset: {
    weight: 4,
    make: (world) => someAddress(world),
  },
}

const someAppend = ({ known, random, isAhead }: World) =>
  known.appends.one(random, ({ upload }) => isAhead(known.uploads.get(upload)?.expiresAt ?? 0))

function someAddress(world: World) {
  const { account, upload } = anyUpload(world)
  return { account, upload }
}

/** Bytes as long as the parts that they take the place of. */
function bytesOf(world: World, size: number): Staged {
  const name = world.known.segments.one(world.random)
  const facts = factsOf(world.random, size)
  if (name !== undefined && world.chance(700)) return { where: 'store', name, facts }
  const bytes = Uint8Array.from(world.random.bytes(Math.min(size, 300)))
  return { where: 'inline', name: world.newSegmentName(), facts, bytes }
}
