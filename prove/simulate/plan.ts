import { Chance, seedOf } from './chance.ts'
import { MINUTE_MS, SECOND_MS } from './times.ts'

/**
 * How calls of an operation to the stores fare. `calm`: at once and as asked. `rough`: they are late, fail, are done though their answer is
 * lost, are done after their failure was told, or are done twice. `slow`: as asked, but some take longer than a lease.
 */
export type Mood = 'calm' | 'rough' | 'slow'

/** `inline` bytes are kept with the facts; `stored` ones are a segment; `slot` ones have a place in an assembly; `few` are too few for theirs. */
export type Size = 'inline' | 'stored' | 'slot' | 'few'

/** What a client, or a node by itself, does. `upload` is the number of a ref, and of a key. */
export type Act =
  | { readonly do: 'begin' | 'renew'; readonly upload: number; readonly liveMs: number }
  | {
      readonly do: 'send'
      readonly upload: number
      readonly part: number
      readonly size: Size
      /** Between the pieces of the body. */
      readonly pausesMs: readonly number[]
      /** The body ends early. */
      readonly breaks: boolean
    }
  | {
      readonly do: 'land'
      readonly upload: number
      readonly part: number
      /** When the client's own PUTs to the store arrive, and when it says that it is done. */
      readonly putsMs: readonly number[]
      readonly adoptMs: number
    }
  | { readonly do: 'seal' | 'abort' | 'parts' | 'read' | 'delete' | 'commit'; readonly upload: number }
  /** Looks at the upload's parts, and commits what was looked at. */
  | { readonly do: 'commit-seen'; readonly upload: number }
  /** Commits by a call with a token of the client's. */
  | { readonly do: 'commit-once'; readonly upload: number; readonly token: number }
  | { readonly do: 'put'; readonly upload: number; readonly size: Size }
  | { readonly do: 'expire' | 'sweep' | 'crash' }

/** One operation of a history. */
export interface Op {
  /** Also the number of the bytes that it sends. */
  readonly id: number
  /** After the beginning, in ms. */
  readonly atMs: number
  readonly node: number
  readonly mood: Mood
  /** The calls of a rough mood that fare badly, by number; all others fare well. Absent: chance decides. */
  readonly only?: readonly number[]
  readonly act: Act
}

export interface Plan {
  readonly seed: number
  readonly ops: readonly Op[]
}

export const OPS_MAX = 16
const UPLOADS = 2

/** The history of a number, of a run's seed. */
export function planOf(runSeed: number, number: number): Plan {
  const seed = seedOf(runSeed, number)
  const chance = new Chance(seed)
  const uploads = 1 + chance.below(UPLOADS)
  const ops: Op[] = []
  let atMs = 0
  const add = (act: Act): void => {
    ops.push({ id: ops.length, atMs, node: chance.below(2), mood: moodOf(chance), act })
  }
  for (let upload = 0; upload < uploads; upload++) add(beginning(chance, upload))
  const count = 4 + chance.below(7)
  const paceMs = chance.pick([5, 5, 40, 2 * SECOND_MS, 4 * MINUTE_MS])
  for (let left = count; left > 0; left--) {
    atMs += chance.oneIn(12) ? 20 * MINUTE_MS : chance.below(paceMs)
    add(actOf(chance, chance.below(uploads)))
  }
  return { seed, ops }
}

const moodOf = (chance: Chance): Mood => chance.pick(['calm', 'calm', 'calm', 'rough', 'rough', 'slow'])

const beginning = (chance: Chance, upload: number): Act => ({
  ...{ do: 'begin', upload },
  liveMs: chance.pick([MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS, 60 * MINUTE_MS]),
})

const ACTS = [
  ...(['send', 'send', 'send', 'send', 'send', 'send', 'land', 'put', 'begin', 'renew'] as const),
  ...(['seal', 'abort', 'parts', 'read', 'delete', 'commit', 'commit', 'commit-seen'] as const),
  ...(['commit-once', 'commit-once', 'expire', 'sweep', 'sweep', 'crash'] as const),
] as const

function actOf(chance: Chance, upload: number): Act {
  const what = ACTS[chance.below(ACTS.length)] ?? 'send'
  switch (what) {
    case 'begin':
    case 'renew':
      return { ...beginning(chance, upload), do: what } as Act
    case 'send':
      return sending(chance, upload)
    case 'land':
      return landing(chance, upload)
    case 'put':
      return { do: what, upload, size: chance.pick<Size>(['inline', 'stored']) }
    case 'commit-once':
      return { do: what, upload, token: chance.below(2) }
    case 'expire':
    case 'sweep':
    case 'crash':
      return { do: what }
    default:
      return { do: what, upload }
  }
}

function sending(chance: Chance, upload: number): Act {
  const size = chance.pick<Size>(['inline', 'inline', 'stored', 'slot', 'few'])
  // Some senders are so slow that their lease has to be extended.
  const paces = chance.oneIn(4) ? ([5 * MINUTE_MS] as const) : ([0, 0, 3, 200, 5 * MINUTE_MS] as const)
  const pauses = paces.length === 1 ? 3 + chance.below(3) : chance.below(4)
  const pausesMs = size === 'inline' ? [] : Array.from({ length: pauses }, () => chance.pick<number>(paces))
  return { do: 'send', upload, part: 1 + chance.below(3), size, pausesMs, breaks: chance.oneIn(12) }
}

function landing(chance: Chance, upload: number): Act {
  const arrivalMs = () => chance.pick([1, 30, 500, 8 * MINUTE_MS])
  const putsMs = Array.from({ length: chance.below(3) }, arrivalMs)
  return { do: 'land', upload, part: 1 + chance.below(3), putsMs, adoptMs: arrivalMs() + 1 }
}
