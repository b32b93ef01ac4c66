import type { SegmentName } from '../../core/ids.ts'
import type { Assembly, OpenAssembly, SlotWriteOptions, SlotWriter } from '../../core/ports/assembly.ts'
import { storageFailed } from '../failures.ts'
import { assemble } from './completion.ts'
import { slotShape } from './parts.ts'
import type { Requests } from './requests.ts'
import type { S3Writer, WriterSetup } from './writer.ts'

interface S3AssemblyParts {
  /** False makes `kindOf` refuse all: what was begun before can still be ended. */
  readonly takesUnequalParts: boolean
  readonly requests: Requests
  /** Fails when the store is closed. */
  keyOf(name: SegmentName): string
  /** As does this. */
  open(setup: Pick<WriterSetup, 'key' | 'digests' | 'partSize' | 'slot'>): S3Writer
}

/** Assemblies as multipart uploads; the token is S3's upload id. */
export class S3Assembly implements Assembly {
  readonly #parts: S3AssemblyParts
  /** What this node is completing: others who ask for the same wait for it. */
  readonly #completing = new Map<SegmentName, Promise<void>>()

  constructor(parts: S3AssemblyParts) {
    this.#parts = parts
  }

  kindOf(slot: number, size: number): number | null {
    return this.#parts.takesUnequalParts ? (slotShape(slot, size)?.kind ?? null) : null
  }

  async begin(name: SegmentName): Promise<string> {
    return await this.#parts.requests.begin(this.#parts.keyOf(name))
  }

  async createSlot(
    { name, token }: OpenAssembly,
    slot: number,
    { digests, sizeExpected, elsewhere }: SlotWriteOptions,
  ): Promise<SlotWriter> {
    const { keyOf, open } = this.#parts
    const shape = slotShape(slot, sizeExpected)
    if (shape === null) throw storageFailed('so many bytes are no slot of an assembly')
    const { first, count, partSize } = shape
    const written = { upload: token, first, count, elsewhere: async () => keyOf(await elsewhere()) }
    const writer = open({ key: keyOf(name), digests, partSize: () => partSize, slot: written })
    return {
      write: (chunk) => writer.write(chunk),
      finish: async () => ({ facts: await writer.finish(), receipt: writer.receipt }),
      abort: () => writer.abort(),
    }
  }

  async complete({ name, token }: OpenAssembly, receipts: readonly string[], size: number): Promise<void> {
    const key = this.#parts.keyOf(name)
    const completing =
      this.#completing.get(name) ??
      assemble(this.#parts.requests, { key, upload: token, receipts, size }).finally(() =>
        this.#completing.delete(name),
      )
    this.#completing.set(name, completing)
    await completing
  }

  async abort({ name, token }: OpenAssembly): Promise<void> {
    await this.#parts.requests.abandon(this.#parts.keyOf(name), token)
  }
}
