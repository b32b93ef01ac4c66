import { Digester } from '../bytes/digests.ts'
import type { TimeMs } from '../clock.ts'
import { CoreError } from '../errors.ts'
import { newSegmentName, type SegmentName } from '../ids.ts'
import type { DigestName, SegmentFacts, Staged } from '../model/bytes.ts'
import type { DirectAccess, PresignedPut, PresignPutOptions } from '../ports/direct-access.ts'
import type { Ports } from '../ports.ts'
import { LEASE_MS, removeSegment, SegmentLease } from './lease.ts'

export interface LandingUrlOptions extends PresignPutOptions {
  /** When the upload of these bytes ends. Some time after that, the sweep removes what lies at the name. */
  readonly keepUntil: TimeMs
}

export interface AdoptOptions {
  /** More bytes fail with `body-too-large`. */
  readonly sizeMax: number
  readonly digests: readonly DigestName[]
}

export interface Adopted {
  /** To be attached or discarded, as received bytes are. */
  readonly staged: Staged
  /** Other bytes that land at the name later have another tag. `clear` takes it. */
  readonly tag: string
}

/**
 * Bytes that clients put into the blob store themselves. They land at a reserved name. The name stays writable as long as
 * its URLs live. Therefore nothing ever points to it, and `adopt` takes a copy.
 */
export interface Landing {
  newName(): SegmentName
  /** Reserves the name, then makes a URL to write there. Each PUT replaces the one before. May be repeated. */
  presignPut(name: SegmentName, options: LandingUrlOptions): Promise<PresignedPut>
  /**
   * Takes over what has landed; null where nothing has. The store copies the bytes, and the copy is read once and measured.
   * What landed stays until `clear`. Errors: `body-too-large`, and those of the stores. After an error no copy stays: it is
   * removed at once or swept.
   */
  adopt(name: SegmentName, options: AdoptOptions): Promise<Adopted | null>
  /**
   * Removes what has landed; with `tag`, only the bytes that were adopted with it. The name stays reserved. If a URL puts
   * more bytes there, the sweep removes them.
   */
  clear(name: SegmentName, tag?: string): Promise<void>
}

/** `direct` is the ability of the same store as `ports.blobs`. */
export function createLanding(ports: Ports, direct: DirectAccess): Landing {
  const { metadata, blobs, clock, random } = ports
  return {
    newName: () => newSegmentName(random),
    presignPut: async (name, { keepUntil, ...options }) => {
      const until = Math.max(keepUntil, clock.now() + options.expiresS * 1000)
      // Longer than any URL lives: a PUT may begin at its end.
      await metadata.reserveSegments({ names: [name], leaseUntil: until + LEASE_MS })
      return direct.presignPut(name, options)
    },
    adopt: (name, options) => adopt(ports, direct, name, options),
    clear: async (name, tag) => {
      if (tag !== undefined && (await direct.stat(name))?.tag !== tag) return
      await blobs.remove([name])
    },
  }
}

async function adopt(
  ports: Ports,
  direct: DirectAccess,
  landed: SegmentName,
  options: AdoptOptions,
): Promise<Adopted | null> {
  const found = await direct.stat(landed)
  if (found === null) return null
  requireSize(found.size, options)
  const name = newSegmentName(ports.random)
  const lease = new SegmentLease(ports, name)
  await lease.take()
  // The store may finish a copy whose answer was an error. The sweep removes it when the lease is over.
  const isCopied = await direct.copy(landed, name)
  try {
    if (isCopied) {
      const facts = await measure(ports, direct, name, lease, options)
      return { staged: { where: 'store', name, facts }, tag: found.tag }
    }
  } catch (error) {
    await removeSegment(ports, name)
    throw error
  }
  await removeSegment(ports, name)
  return null
}

/** Measures the copy. Its own size counts, because other bytes may have landed before the store copied. */
async function measure(
  { blobs }: Ports,
  direct: DirectAccess,
  name: SegmentName,
  lease: SegmentLease,
  options: AdoptOptions,
): Promise<SegmentFacts> {
  const copy = await direct.stat(name)
  if (copy === null) throw new CoreError('storage-failed', 'a copied segment is not there', { segment: name })
  requireSize(copy.size, options)
  const digester = Digester.ofSegment(options.digests)
  for await (const chunk of blobs.read(name, 0, copy.size)) {
    digester.update(chunk)
    await lease.extend()
  }
  return digester.finish()
}

function requireSize(size: number, { sizeMax }: AdoptOptions): void {
  if (size > sizeMax)
    throw new CoreError('body-too-large', 'the landed bytes are over the limit', { sizeMax })
}
