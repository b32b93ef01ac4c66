import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SeededRandom } from '../../test/support/seeded.ts'
import { Bytes, bytesAfter, type Change, LOSSES, type Loss } from './file-image.ts'
import type { Entry } from './log.ts'

/** A name of a folder that may or may not have reached the disk: which file it leads to, or that it leads nowhere. */
interface Naming {
  readonly name: string
  readonly file: number | null
  /** Namings of one rename within a folder are there together. */
  readonly group: number
}

type Since<What> = What & { readonly since: number }

interface FileNode {
  readonly type: 'file'
  readonly durable: Bytes
  pending: Since<Change>[]
}

interface FolderNode {
  readonly type: 'folder'
  readonly durable: Map<string, number>
  pending: Since<Naming>[]
}

/** What is found of a crashed disk: paths below the root. */
export interface Crashed {
  readonly folders: readonly string[]
  readonly files: ReadonlyMap<string, Buffer>
}

/** A sync that the simulated disk only pretends to make, to see whether that is found. `path`: what was synced, below the root. */
export type Pretends = (path: string) => boolean

/**
 * A disk that is given, one by one, the entries of a log, and tells what a crash now would leave. Bytes and names are durable once a sync
 * of their file or folder that began after them has ended. The root is durable.
 */
export class Disk {
  readonly #nodes = new Map<number, FileNode | FolderNode>()
  readonly #paths = new Map<number, string>()
  readonly #syncs = new Map<string, number>()
  readonly #root: number
  readonly #pretends: Pretends
  #entries = 0

  constructor(root: number, pretends: Pretends = () => false) {
    this.#root = root
    this.#pretends = pretends
    this.#nodes.set(root, { type: 'folder', durable: new Map(), pending: [] })
    this.#paths.set(root, '')
  }

  apply(entry: Entry): void {
    this.#entries += 1
    switch (entry.type) {
      case 'create':
        this.#nodes.set(entry.file, { type: 'file', durable: new Bytes(), pending: [] })
        this.#name(entry.folder, entry.name, entry.file)
        break
      case 'mkdir':
        this.#nodes.set(entry.file, { type: 'folder', durable: new Map(), pending: [] })
        this.#name(entry.folder, entry.name, entry.file)
        break
      case 'link':
        this.#name(entry.folder, entry.name, entry.file)
        break
      case 'unlink':
      case 'rmdir':
        this.#name(entry.folder, entry.name, null)
        break
      case 'rename':
        this.#name(entry.to.folder, entry.to.name, this.#newest(entry.from.folder, entry.from.name))
        this.#name(entry.from.folder, entry.from.name, null)
        break
      case 'write':
      case 'truncate':
      case 'allocate':
        this.#file(entry.file).pending.push({ ...entry, since: this.#entries })
        break
      case 'sync-begin':
        this.#syncs.set(`${entry.sync}`, this.#entries)
        break
      case 'sync-end':
        this.#sync(entry.file, `${entry.sync}`, entry.failed)
        break
      case 'unknown':
        throw new Error(`the recorder does not know what ${entry.what} changes`)
      case 'mark':
    }
  }

  /** What is found after a crash. Without `loss` each file and folder loses in a way of its own. */
  crash(random: SeededRandom, loss: Loss | null): Crashed {
    const folders: string[] = []
    const files = new Map<string, Buffer>()
    const lossOf = (): Loss => loss ?? LOSSES[random.int(LOSSES.length)] ?? 'none'
    const visit = (number: number, path: string): void => {
      const node = this.#nodes.get(number)
      if (node === undefined) throw new Error(`${path} leads to a file that was never made`)
      if (node.type === 'file') {
        files.set(path, bytesAfter(node.durable, node.pending, lossOf(), random))
        return
      }
      folders.push(path)
      for (const [name, child] of namesAfter(node, lossOf(), random)) visit(child, join(path, name))
    }
    visit(this.#root, '')
    return { folders, files }
  }

  #folder(number: number): FolderNode {
    const node = this.#nodes.get(number)
    if (node?.type !== 'folder') throw new Error(`${number} is no folder of the log`)
    return node
  }

  #file(number: number): FileNode {
    const node = this.#nodes.get(number)
    if (node?.type !== 'file') throw new Error(`${number} is no file of the log`)
    return node
  }

  #name(folder: number, name: string, file: number | null): void {
    this.#folder(folder).pending.push({ name, file, group: this.#entries, since: this.#entries })
    if (file !== null) this.#paths.set(file, join(this.#paths.get(folder) ?? '', name))
  }

  #newest(folder: number, name: string): number {
    const { durable, pending } = this.#folder(folder)
    const last = pending.findLast((naming) => naming.name === name)
    const file = last === undefined ? durable.get(name) : last.file
    if (file === undefined || file === null) throw new Error(`${name} is not there to be renamed`)
    return file
  }

  #sync(number: number, sync: string, failed: boolean): void {
    const begun = this.#syncs.get(sync) ?? 0
    this.#syncs.delete(sync)
    const node = this.#nodes.get(number)
    if (failed || node === undefined || this.#pretends(this.#paths.get(number) ?? '')) return
    const isDue = ({ since }: Since<object>): boolean => since < begun
    if (node.type === 'file') {
      for (const change of node.pending.filter(isDue)) node.durable.apply(change)
      node.pending = node.pending.filter((change) => !isDue(change))
    } else {
      for (const naming of node.pending.filter(isDue)) settle(node.durable, naming)
      node.pending = node.pending.filter((naming) => !isDue(naming))
    }
  }
}

function settle(names: Map<string, number>, { name, file }: Naming): void {
  if (file === null) names.delete(name)
  else names.set(name, file)
}

/** Of two namings of one name the later one is there only with the earlier one. */
function namesAfter({ durable, pending }: FolderNode, loss: Loss, random: SeededRandom): Map<string, number> {
  const names = new Map(durable)
  const lost = new Set<string>()
  const fates = new Map<number, boolean>()
  const count = random.int(pending.length + 1)
  const isSpared = (at: number): boolean =>
    loss === 'all' || (loss === 'first' ? at < count : loss !== 'none' && random.int(2) === 0)
  for (const [at, naming] of pending.entries()) {
    const fate = fates.get(naming.group) ?? isSpared(at)
    fates.set(naming.group, fate)
    if (fate && !lost.has(naming.name)) settle(names, naming)
    else lost.add(naming.name)
  }
  return names
}

/** Makes the files and folders of a crashed disk in `folder`, which is there and empty. */
export function materialise({ folders, files }: Crashed, folder: string): void {
  for (const path of folders) mkdirSync(join(folder, path), { recursive: true, mode: 0o700 })
  for (const [path, bytes] of files) writeFileSync(join(folder, path), bytes, { mode: 0o600 })
}
