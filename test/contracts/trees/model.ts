import type { TimeMs } from '../../../src/core/clock.ts'
import { CoreError, type CoreErrorCode, isCoreError } from '../../../src/core/errors.ts'
import type { UploadId } from '../../../src/core/ids.ts'
import type { Content } from '../../../src/core/model/bytes.ts'
import type { ConflictPolicy } from '../../../src/core/model/objects.ts'
import type {
  Entry,
  EntryId,
  EntryKind,
  EntryTraits,
  LinkEntry,
  VirtualEntry,
  VolumeAddress,
} from '../../../src/core/model/trees.ts'
import { numberedName } from '../../../src/core/rules/names.ts'

/** One thing that can be done to trees. Each knows all it needs, so that it can be done to the store and to the model. */
export type TreeOp =
  | {
      readonly op: 'make'
      readonly volume: VolumeAddress
      readonly path: readonly string[]
      readonly ids: readonly EntryId[]
      readonly conflict: 'fail' | 'rename'
      readonly traits: EntryTraits
      readonly now: TimeMs
    }
  | (Putting & { readonly op: 'commit'; readonly upload: UploadId; readonly content: Content })
  | (Putting & { readonly op: 'put'; readonly what: Pick<LinkEntry, 'kind' | 'target'> | VirtualWhat })
  | (Putting & { readonly op: 'copy'; readonly source: EntryId; readonly content: Content })
  | {
      readonly op: 'move'
      readonly volume: VolumeAddress
      readonly id: EntryId
      readonly to: VolumeAddress
      readonly parent: EntryId
      readonly name: string
      readonly conflict: ConflictPolicy
      readonly now: TimeMs
    }
  | {
      readonly op: 'update'
      readonly volume: VolumeAddress
      readonly id: EntryId
      readonly ifVersion: number | null
      readonly change: Partial<EntryTraits>
    }
  | {
      readonly op: 'remove'
      readonly volume: VolumeAddress
      readonly id: EntryId
      readonly kind: EntryKind | null
      readonly bin: boolean
      readonly now: TimeMs
    }

interface Putting {
  readonly volume: VolumeAddress
  readonly id: EntryId
  readonly parent: EntryId
  readonly name: string
  readonly conflict: ConflictPolicy
  readonly traits: EntryTraits
  readonly now: TimeMs
}
type VirtualWhat = Pick<VirtualEntry, 'kind' | 'size' | 'contentType'>
type OpOf<Name extends TreeOp['op']> = Extract<TreeOp, { op: Name }>

/** What comes of an operation. */
export interface TreeAnswer {
  readonly entry: Entry
  readonly isOverwritten?: boolean
}

const isIn = (entry: Entry, volume: VolumeAddress): boolean => entry.volume.volume === volume.volume

const failure = (code: CoreErrorCode): CoreError => new CoreError(code, 'by the model')

/**
 * Volumes of one realm as they are after operations one by one: the oracle of the random tests. Paths and counts are found
 * by looking at everything, names by trying one after the other.
 */
export class TreeModel {
  readonly #entries: Map<EntryId, Entry>
  readonly #roots: ReadonlySet<EntryId>
  readonly #bin: Set<EntryId>

  constructor(entries: Iterable<Entry>, roots: ReadonlySet<EntryId>, bin: Iterable<EntryId> = []) {
    this.#entries = new Map(Array.from(entries, (entry) => [entry.id, entry]))
    this.#roots = roots
    this.#bin = new Set(bin)
  }

  copy(): TreeModel {
    return new TreeModel(this.#entries.values(), this.#roots, this.#bin)
  }

  /** Takes over what another model has. */
  become(other: TreeModel): void {
    this.#entries.clear()
    for (const [id, entry] of other.#entries) this.#entries.set(id, entry)
    this.#bin.clear()
    for (const id of other.#bin) this.#bin.add(id)
  }

  /** Does it; the answer, or the code it fails with. */
  answer(op: TreeOp): string {
    try {
      return textOf(this.#do(op))
    } catch (error) {
      if (isCoreError(error)) return error.code
      throw error
    }
  }

  /** All entries that the roots lead to or that are in a bin, with paths and counts, in order of id. */
  get entries(): readonly Entry[] {
    return [...this.#entries.keys()].sort().map((id) => this.#shown(id))
  }

  #do(op: TreeOp): TreeAnswer {
    switch (op.op) {
      case 'make':
        return this.#make(op)
      case 'commit':
        return this.#put(op, true, () => ({ kind: 'file', contentType: null, content: op.content, holds: 0 }))
      case 'put':
        return this.#put(op, false, () => op.what)
      case 'copy':
        return this.#put(op, false, () => this.#copied(op))
      case 'move':
        return this.#move(op)
      case 'update':
        return this.#update(op)
      case 'remove':
        return this.#remove(op)
    }
  }

  #make(op: OpOf<'make'>): TreeAnswer {
    const above = op.path.slice(0, -1)
    let { id: parent } = this.#required([...this.#roots].find((id) => isIn(this.#required(id), op.volume)))
    // Nothing stays of what is made above when the rest fails.
    const trial = this.copy()
    for (const [level, name] of above.entries()) {
      const below = trial.#child(parent, name) ?? trial.#addDirectory(op, level, parent, name, NONE)
      if (below.kind !== 'directory') throw failure('name-conflict')
      parent = below.id
    }
    const name = op.path.at(-1) ?? ''
    const free = trial.#settled(parent, name, trial.#child(parent, name), true, op.conflict)
    const made = trial.#addDirectory(op, above.length, parent, free, op.traits)
    for (const entry of trial.#entries.values()) this.#entries.set(entry.id, entry)
    return { entry: this.#shown(made.id) }
  }

  #addDirectory(op: OpOf<'make'>, level: number, parent: EntryId, name: string, traits: EntryTraits): Entry {
    const { volume, now } = op
    const id = op.ids[level] ?? this.#required(undefined).id
    const entry: Entry = {
      ...{ kind: 'directory', id, volume, parent, name, path: null, ...traits },
      ...{ createdAt: now, modifiedAt: now, version: 1, fileCount: 0, directoryCount: 0 },
    }
    this.#entries.set(id, entry)
    return entry
  }

  #put(op: Putting, isForBin: boolean, whatOf: () => WhatOf): TreeAnswer {
    const { volume, id, name, conflict, traits, now } = op
    const parent = this.#directory(volume, op.parent, isForBin)
    const found = this.#child(parent.id, name)
    const free = this.#settled(parent.id, name, found, false, conflict)
    const what = whatOf()
    const taken = free === name ? found : undefined
    const entry: Entry = {
      ...{ id: taken?.id ?? id, volume, parent: parent.id, name: free, path: null, ...traits, ...what },
      ...{ createdAt: taken?.createdAt ?? now, modifiedAt: now, version: (taken?.version ?? 0) + 1 },
    }
    this.#entries.set(entry.id, entry)
    return { entry: this.#shown(entry.id), isOverwritten: taken !== undefined }
  }

  #copied({ volume, source, content }: OpOf<'copy'>): WhatOf {
    const from = this.#entries.get(source)
    if (from?.kind !== 'file' || !isIn(from, volume) || from.content.blob !== content.blob) {
      throw failure('entry-not-found')
    }
    return { kind: 'file', contentType: null, content: from.content, holds: 0 }
  }

  #move({ volume, id, to, parent, name, conflict }: OpOf<'move'>): TreeAnswer {
    const entry = this.#reachable(volume, id, () => {
      const moving = this.#entries.get(id)
      if (moving?.kind === 'directory' && to.volume !== volume.volume) throw failure('entry-mismatch')
    })
    const directory = this.#directory(to, parent, false)
    if (this.#above(directory.id).includes(id)) throw failure('directory-cycle')
    if (entry.parent === parent && entry.name === name) return { entry: this.#shown(id) }
    const found = this.#child(parent, name)
    const isDirectory = entry.kind === 'directory'
    const free = this.#settled(parent, name, found, isDirectory, conflict)
    if (free === name && found !== undefined) this.#entries.delete(found.id)
    this.#entries.set(id, { ...entry, volume: to, parent, name: free, version: entry.version + 1 })
    return { entry: this.#shown(id) }
  }

  #update({ volume, id, ifVersion, change }: OpOf<'update'>): TreeAnswer {
    const entry = this.#entries.get(id)
    if (entry === undefined || !isIn(entry, volume)) throw failure('entry-not-found')
    if (ifVersion !== null && ifVersion !== entry.version) throw failure('object-changed')
    this.#entries.set(id, { ...entry, ...change, version: entry.version + 1 })
    return { entry: this.#shown(id) }
  }

  #remove({ volume, id, kind, bin }: OpOf<'remove'>): TreeAnswer {
    const entry = this.#reachable(volume, id, () => {
      if (kind !== null && this.#entries.get(id)?.kind !== kind) throw failure('entry-mismatch')
    })
    const shown = this.#shown(id)
    if (bin) {
      this.#entries.set(id, { ...entry, parent: null })
      this.#bin.add(id)
    } else {
      for (const below of [...this.#entries.keys()].filter((each) => this.#above(each).includes(id))) {
        this.#entries.delete(below)
      }
    }
    return { entry: shown }
  }

  /** An entry that can be moved or removed; `check` comes after it is found and before its way up is looked at. */
  #reachable(volume: VolumeAddress, id: EntryId, check: () => void): Entry {
    const entry = this.#entries.get(id)
    if (entry === undefined || !isIn(entry, volume)) throw failure('entry-not-found')
    if (this.#roots.has(id)) throw failure('entry-mismatch')
    if (entry.parent === null) throw failure('entry-not-found')
    check()
    if (this.#pathOf(id) === null) throw failure('entry-not-found')
    return entry
  }

  #directory(volume: VolumeAddress, id: EntryId, isForBin: boolean): Entry {
    const entry = this.#entries.get(id)
    const isReached = this.#pathOf(id) !== null || (isForBin && this.#bin.has(this.#above(id).at(-1) ?? id))
    if (entry?.kind !== 'directory' || !isIn(entry, volume) || !isReached)
      throw failure('directory-not-found')
    return entry
  }

  #settled(
    parent: EntryId,
    name: string,
    found: Entry | undefined,
    isDirectory: boolean,
    conflict: ConflictPolicy,
  ): string {
    if (found === undefined) return name
    if (conflict === 'rename') return this.#freeName(parent, name, isDirectory)
    if (conflict === 'fail' || isDirectory || found.kind === 'directory') throw failure('name-conflict')
    return name
  }

  #freeName(parent: EntryId, name: string, isDirectory: boolean): string {
    for (let number = 1; ; number++) {
      const free = numberedName(name, isDirectory, number)
      if (this.#child(parent, free) === undefined) return free
    }
  }

  #child(parent: EntryId, name: string): Entry | undefined {
    return this.#children(parent).find((entry) => entry.name === name)
  }

  #children(parent: EntryId): readonly Entry[] {
    return [...this.#entries.values()].filter((entry) => entry.parent === parent)
  }

  /** Ids from an entry upward, itself first. */
  #above(id: EntryId): readonly EntryId[] {
    const ids: EntryId[] = []
    for (let at: EntryId | null = id; at !== null; at = this.#entries.get(at)?.parent ?? null) ids.push(at)
    return ids
  }

  #pathOf(id: EntryId): readonly string[] | null {
    const ids = this.#above(id)
    if (!this.#roots.has(ids.at(-1) ?? id)) return null
    return ids
      .slice(0, -1)
      .map((each) => this.#required(each).name)
      .reverse()
  }

  #shown(id: EntryId | undefined): Entry {
    const entry = this.#required(id)
    const path = this.#pathOf(entry.id)
    if (entry.kind !== 'directory') return { ...entry, path }
    const children = this.#children(entry.id)
    const directoryCount = children.filter(({ kind }) => kind === 'directory').length
    return { ...entry, path, fileCount: children.length - directoryCount, directoryCount }
  }

  #required(id: EntryId | undefined): Entry {
    const entry = id === undefined ? undefined : this.#entries.get(id)
    if (entry === undefined) throw new Error('the model lost an entry')
    return entry
  }
}

type WhatOf =
  | Pick<LinkEntry, 'kind' | 'target'>
  | VirtualWhat
  | { readonly kind: 'file'; readonly contentType: null; readonly content: Content; readonly holds: number }

const NONE: EntryTraits = { attributes: {}, localCreatedAt: null, localModifiedAt: null }

/** An answer as text that is the same whatever order the fields are in. */
export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
