import type { TimeMs } from '../../../src/core/clock.ts'
import { isCoreError } from '../../../src/core/errors.ts'
import type { ObjectId, SegmentName } from '../../../src/core/ids.ts'
import type { Staged } from '../../../src/core/model/bytes.ts'
import type { Upload } from '../../../src/core/model/uploads.ts'
import { summarise } from '../../../src/core/rules/summary.ts'
import { transition, type UploadEvent } from '../../../src/core/rules/upload-state.ts'

/** One thing that races. Each knows all it needs, so that it can be done to the store and to the model. */
export type RaceOp =
  | { readonly op: 'attach'; readonly number: number; readonly staged: Staged; readonly now: TimeMs }
  | { readonly op: 'renew'; readonly expiresAt: TimeMs; readonly now: TimeMs }
  | { readonly op: 'seal'; readonly now: TimeMs }
  | { readonly op: 'commit'; readonly id: ObjectId; readonly now: TimeMs }
  | { readonly op: 'abort'; readonly now: TimeMs }
  | { readonly op: 'fail'; readonly now: TimeMs }
  | { readonly op: 'expire'; readonly now: TimeMs }
  | { readonly op: 'delete'; readonly now: TimeMs }

/** What a race left behind, in terms that compare as JSON. */
export interface RaceEnd {
  /** Of each operation, in the order given. */
  readonly answers: readonly string[]
  readonly upload: string
  readonly parts: readonly string[]
  readonly object: string | null
  readonly live: readonly SegmentName[]
  readonly garbage: readonly SegmentName[]
}

export const uploadText = ({ state, version, expiresAt }: Upload): string =>
  `${state} version ${version} until ${expiresAt}`

export const partText = (number: number, segment: SegmentName): string => `${number}: ${segment}`

/**
 * What one upload and its object are after operations one by one: the oracle of the race tests. Uploads change by the
 * core's own `transition`, all else is here in the simplest form.
 */
export class RaceModel {
  #upload: Upload
  readonly #parts = new Map<number, Staged>()
  readonly #live = new Set<SegmentName>()
  readonly #garbage = new Set<SegmentName>()
  #object: ObjectId | null = null

  constructor(upload: Upload, parts: readonly (readonly [number, Staged])[]) {
    this.#upload = upload
    for (const [number, staged] of parts) this.#add(number, staged)
  }

  /** Does all of `ops` in the order of `indexes`; answers stand in the order of `ops`. */
  run(ops: readonly RaceOp[], indexes: readonly number[]): RaceEnd {
    const answers: string[] = []
    for (const index of indexes) {
      const op = ops[index]
      if (op !== undefined) answers[index] = this.#answer(op)
    }
    const parts = [...this.#parts].sort(([a], [b]) => a - b)
    return {
      answers,
      upload: uploadText(this.#upload),
      parts: parts.map(([number, { name }]) => partText(number, name)),
      object: this.#object,
      live: [...this.#live].sort(),
      garbage: [...this.#garbage].sort(),
    }
  }

  #answer(op: RaceOp): string {
    try {
      return this.#do(op)
    } catch (error) {
      if (isCoreError(error)) return error.code
      throw error
    }
  }

  #do(op: RaceOp): string {
    switch (op.op) {
      case 'attach':
        return this.#attach(op.number, op.staged, op.now)
      case 'renew':
        return uploadText(this.#apply({ type: 'renew', expiresAt: op.expiresAt }, op.now))
      case 'seal':
        return uploadText(this.#apply({ type: 'seal', parts: this.#summary() }, op.now))
      case 'commit':
        return this.#commit(op.id, op.now)
      case 'abort':
        return this.#end({ type: 'abort' }, op.now)
      case 'fail':
        return this.#end({ type: 'fail', reason: 'race', ifVersion: null }, op.now)
      case 'expire': {
        const before = this.#upload
        this.#end({ type: 'expire' }, op.now)
        return before === this.#upload ? '0' : '1'
      }
      case 'delete':
        return this.#delete()
    }
  }

  #apply(event: UploadEvent, now: TimeMs): Upload {
    this.#upload = transition(this.#upload, event, now)
    return this.#upload
  }

  #attach(number: number, staged: Staged, now: TimeMs): string {
    const upload = this.#apply({ type: 'attach', number, size: staged.facts.size }, now)
    this.#drop(number)
    this.#add(number, staged)
    return uploadText(upload)
  }

  #commit(id: ObjectId, now: TimeMs): string {
    const before = this.#upload
    const parts = this.#summary()
    const upload = this.#apply({ type: 'commit', objectId: id, ifVersion: null, parts }, now)
    if (upload !== before) this.#object = id
    return this.#object ?? 'object-not-found'
  }

  #end(event: UploadEvent, now: TimeMs): string {
    const before = this.#upload
    const upload = this.#apply(event, now)
    if (upload !== before) this.#dropAll()
    return uploadText(upload)
  }

  #delete(): string {
    if (this.#object === null) return 'object-not-found'
    const id = this.#object
    this.#object = null
    this.#dropAll()
    return id
  }

  #summary() {
    const parts = [...this.#parts].sort(([a], [b]) => a - b)
    return summarise(parts.map(([number, { facts }]) => ({ number, facts })))
  }

  #add(number: number, staged: Staged): void {
    this.#parts.set(number, staged)
    if (staged.where === 'store') this.#live.add(staged.name)
  }

  #drop(number: number): void {
    const staged = this.#parts.get(number)
    this.#parts.delete(number)
    if (staged?.where !== 'store') return
    this.#live.delete(staged.name)
    this.#garbage.add(staged.name)
  }

  #dropAll(): void {
    for (const number of [...this.#parts.keys()]) this.#drop(number)
  }
}

/** Every order of the numbers from 0 up to `count`. */
export function* ordersOf(count: number, chosen: readonly number[] = []): Generator<readonly number[]> {
  if (chosen.length === count) yield chosen
  for (let next = 0; next < count; next++) {
    if (!chosen.includes(next)) yield* ordersOf(count, [...chosen, next])
  }
}
