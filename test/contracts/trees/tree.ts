import assert from 'node:assert/strict'
import type { UploadAddress } from '../../../src/core/model/addresses.ts'
import { type BucketName, bucketName, innerBucket } from '../../../src/core/model/buckets.ts'
import type { JsonObject } from '../../../src/core/model/json.ts'
import type { ConflictPolicy } from '../../../src/core/model/objects.ts'
import type {
  DirectoryEntry,
  Entry,
  EntryAddress,
  EntryId,
  EntryTraits,
  FileEntry,
  VolumeAddress,
} from '../../../src/core/model/trees.ts'
import type { ListEntries } from '../../../src/core/ports/commands/entries.ts'
import type { Facts } from '../../../src/core/ports/facts.ts'
import { commitFile } from '../commits.ts'
import { LIMITS, NOW, type Tenant } from '../metadata/tenant.ts'

export const NO_FIELDS: EntryTraits = { attributes: {}, localCreatedAt: null, localModifiedAt: null }

export const UNKNOWN_ID = 'f'.repeat(32) as EntryId

/** Names of a path that is written with slashes; '' is the root. */
export const namesOfPath = (path: string): readonly string[] => (path === '' ? [] : path.split('/'))

interface FileOptions {
  readonly conflict?: ConflictPolicy
  readonly now?: number
  readonly attributes?: JsonObject
  readonly contentType?: string | null
}

/** What a volume of the tests is as a bucket. */
export const bucketOf = ({ realm, volume }: Pick<VolumeAddress, 'realm' | 'volume'>): BucketName =>
  bucketName('test', `${realm}/${volume}`)

/** One volume's calls, with defaults for all that a test does not care about. Paths are written with slashes. */
export class Tree {
  readonly facts: Facts
  readonly tenant: Tenant
  readonly volume: VolumeAddress
  readonly root: EntryId

  private constructor(facts: Facts, tenant: Tenant, volume: VolumeAddress, root: EntryId) {
    this.facts = facts
    this.tenant = tenant
    this.volume = volume
    this.root = root
  }

  /** Makes the volume. */
  static async create(facts: Facts, tenant: Tenant, realm: string, name: string): Promise<Tree> {
    const volume = { account: tenant.account, realm, volume: name }
    const { root } = await facts.createVolume({
      ...{ volume, bucket: bucketOf(volume), root: tenant.newObjectId(), owner: '', attributes: {} },
      ...{ ifAbsent: false, now: NOW },
    })
    return new Tree(facts, tenant, volume, root)
  }

  /** Another, new volume of the same realm. */
  beside(name: string): Promise<Tree> {
    return Tree.create(this.facts, this.tenant, this.volume.realm, name)
  }

  /** The same volume by another way into the same facts. */
  through(facts: Facts): Tree {
    return new Tree(facts, this.tenant.through(facts), this.volume, this.root)
  }

  find(path: string): Promise<Entry | null> {
    return this.facts.findEntry({ volume: this.volume, at: { path: namesOfPath(path) } })
  }

  findById(id: EntryId): Promise<Entry | null> {
    return this.facts.findEntry({ volume: this.volume, at: { id } })
  }

  /** What is there; fails where nothing is. */
  async at(path: string): Promise<Entry> {
    return (await this.find(path)) ?? assert.fail(`nothing is at ${path}`)
  }

  makeDirectory(path: string, conflict: 'fail' | 'rename' = 'fail', now = NOW): Promise<DirectoryEntry> {
    const names = namesOfPath(path)
    const ids = names.map(() => this.tenant.newObjectId())
    return this.facts.makeDirectory({
      volume: this.volume,
      path: names,
      ids,
      conflict,
      traits: NO_FIELDS,
      now,
    })
  }

  /** A file in a directory that is there; its bytes are `content`, or as many as `content` says. */
  async write(path: string, content: string | number = path, options: FileOptions = {}): Promise<FileEntry> {
    return (await this.commit(path, content, options)).entry
  }

  async commit(path: string, content: string | number = path, options: FileOptions = {}) {
    return this.place(path, await this.uploaded(content, options.now), options)
  }

  /** Makes an upload a file. */
  async place(path: string, upload: UploadAddress, options: FileOptions = {}) {
    const { conflict = 'fail', now = NOW, attributes = {}, contentType = null } = options
    return commitFile(this.facts, {
      ...{ account: this.volume.account, upload, ifVersion: null, id: this.tenant.newObjectId() },
      ...{ volume: this.volume, place: await this.placeOf(path) },
      ...{ conflict, contentType, traits: { ...NO_FIELDS, attributes }, now },
    })
  }

  /** An upload with all its bytes, not yet a file. */
  async uploaded(content: string | number, now = NOW) {
    const { tenant } = this
    const bucket = innerBucket('test', `${this.volume.realm}/${this.volume.volume}`)
    const limits = { ...LIMITS, partSizeMax: LIMITS.sizeMax }
    const { id } = await tenant.begin({ bucket, limits, blob: tenant.newBlobId(now) })
    const staged = typeof content === 'string' ? tenant.inline(content) : await tenant.stored(content)
    await tenant.attach({ id }, 1, staged)
    return { id }
  }

  /** The place that a path names; its directory has to be there. */
  async placeOf(path: string): Promise<{ readonly parent: EntryId; readonly name: string }> {
    const names = namesOfPath(path)
    const parent = names.length === 1 ? this.root : (await this.at(names.slice(0, -1).join('/'))).id
    return { parent, name: names.at(-1) ?? assert.fail('the root is no place') }
  }

  async link(path: string, target: EntryId): Promise<Entry> {
    return this.#put(path, { kind: 'link', target })
  }

  async virtual(path: string, size: number): Promise<Entry> {
    return this.#put(path, { kind: 'virtual', size, contentType: null })
  }

  /** Another file of the same bytes. */
  async copyOf(source: FileEntry, path: string, conflict: ConflictPolicy = 'fail'): Promise<Entry> {
    const from = { volume: source.volume, id: source.id, blob: source.content.blob }
    return this.#put(path, { kind: 'file', source: from, contentType: source.contentType }, conflict)
  }

  async #put(
    path: string,
    what: Parameters<Facts['putEntry']>[0]['what'],
    conflict: ConflictPolicy = 'fail',
  ): Promise<Entry> {
    const { entry } = await this.facts.putEntry({
      ...{ volume: this.volume, id: this.tenant.newObjectId(), place: await this.placeOf(path) },
      ...{ conflict, traits: NO_FIELDS, what, now: NOW },
    })
    return entry
  }

  async move(path: string, to: string, conflict: ConflictPolicy = 'fail'): Promise<Entry> {
    const target = { volume: this.volume, ...(await this.placeOf(to)) }
    const { id } = await this.at(path)
    return this.facts.moveEntry({ volume: this.volume, id, to: target, conflict, now: NOW })
  }

  /** Takes it away for good. */
  async remove(path: string, now = NOW): Promise<Entry> {
    const { id } = await this.at(path)
    return (await this.facts.removeEntry({ volume: this.volume, id, kind: null, bin: false, now })).entry
  }

  /** Puts it into the bin; returns its number there. */
  async recycle(path: string, now = NOW): Promise<number> {
    const { id } = await this.at(path)
    const command = { volume: this.volume, id, kind: null, bin: true, now }
    return (await this.facts.removeEntry(command)).recycledId ?? assert.fail('it did not go to the bin')
  }

  list(at: EntryAddress, change: Partial<ListEntries> = {}) {
    return this.facts.listEntries({
      ...{ volume: this.volume, directory: at, order: 'name', descending: false, directoriesFirst: false },
      ...{ only: null, prefix: '', afterName: null, after: null, offset: 0, limit: 1000, ...change },
    })
  }

  /** Names of what a directory has, in order. */
  async names(path: string): Promise<readonly string[]> {
    const { entries } = await this.list({ path: namesOfPath(path) })
    return entries.map(({ name }) => name)
  }

  usage() {
    return this.facts.volumeUsage(this.volume)
  }
}
