import { CoreError, isCoreError } from '../errors.ts'
import { newSegmentName } from '../ids.ts'
import type { PartTarget, UploadAddress, UploadIn } from '../model/addresses.ts'
import type { ListedPart, Upload } from '../model/uploads.ts'
import type { OpenAssembly } from '../ports/assembly.ts'
import type { AssemblyPlan, SlotClaim } from '../ports/commands/assemblies.ts'
import type { CommitTarget, Committed, CommitUpload } from '../ports/commands/commits.ts'
import type { Ports } from '../ports.ts'
import { isUnassembled, unassembled } from '../rules/upload-state.ts'
import type { Damages } from './damages.ts'
import { SegmentLease } from './lease.ts'
import { requireSegments } from './presence.ts'

/**
 * Claims a part's slot for at most `size` bytes. The slot is in the upload's assembly of that kind. The first caller that
 * needs the assembly begins it. Null: the bytes have to be a segment of their own. Errors: those of the stores.
 */
export async function claimSlot(
  ports: Ports,
  { upload: { account, ...upload }, number }: PartTarget,
  size: number,
): Promise<OpenAssembly | null> {
  const kind = ports.assembly?.kindOf(number, size) ?? null
  if (kind === null) return null
  const { metadata, clock } = ports
  const claim = (offer: OpenAssembly | null) =>
    metadata.claimSlot({ account, upload, number, kind, offer, now: clock.now() })
  const first = await claim(null)
  return claimed(first.outcome === 'absent' ? await claimByOffer(ports, claim) : first)
}

const claimed = (claim: SlotClaim): OpenAssembly | null =>
  claim.outcome === 'claimed' ? claim.assembly : null

async function claimByOffer(
  ports: Ports,
  claim: (offer: OpenAssembly) => Promise<SlotClaim>,
): Promise<SlotClaim> {
  const name = newSegmentName(ports.random)
  await new SegmentLease(ports, name).take()
  const offer = { name, token: await assemblyOf(ports).begin(name) }
  let answer: SlotClaim | null = null
  try {
    answer = await claim(offer)
    return answer
  } finally {
    // Another caller was faster, or the answer is lost.
    if (answer?.outcome !== 'claimed' || answer.assembly.name !== name) await withdraw(ports, offer)
  }
}

/** Ends an offered assembly unless it was taken. Never rejects: what fails here is swept later. */
async function withdraw(ports: Ports, offer: OpenAssembly): Promise<void> {
  const { metadata, blobs, clock } = ports
  try {
    const names = await metadata.discardSegments({ names: [offer.name] })
    if (names.length === 0) return
    await assemblyOf(ports).abort(offer)
    await metadata.forgetSegments({ names, lateMs: blobs.lateMs, now: clock.now() })
  } catch {
    // The lease runs out and the sweep takes the name. The store's own sweep takes the rest.
  }
}

/**
 * Gives up a slot that belongs to no part. Its bytes go when the assembly ends. If the assembly ended while the bytes came,
 * it is ended again, because the store may have kept them. Never rejects.
 */
export async function giveUpSlot(ports: Ports, { name, token }: OpenAssembly): Promise<void> {
  try {
    const open = await ports.metadata.findAssemblies({ names: [name] })
    if (open.length === 0) await assemblyOf(ports).abort({ name, token })
  } catch {
    // The store's own sweep takes what is left.
  }
}

/** The upload to seal, and the parts that the seal lists. */
interface UploadAt {
  readonly account: UploadIn['account']
  readonly upload: UploadAddress
  readonly parts?: readonly ListedPart[]
}

/**
 * Seals an upload and completes its assemblies, so that its bytes can be read. With `ifVersion` it fails with
 * `upload-changed`, unless the upload has this version now or had it when another caller sealed it.
 */
export async function sealAndAssemble(
  ports: Ports,
  at: UploadAt,
  ifVersion: number | null = null,
): Promise<Upload> {
  const upload = await ports.metadata.sealUpload({ ...at, ifVersion, now: ports.clock.now() })
  const isOther = ifVersion !== null && upload.version !== ifVersion && upload.version !== ifVersion + 1
  if (isOther && upload.state === 'sealed') {
    throw new CoreError('upload-changed', 'the upload changed meanwhile', { version: upload.version })
  }
  await assemble(ports, upload)
  return upload
}

/** What a commit is, but for where and when. */
type Commit<Target extends CommitTarget> = Pick<CommitUpload<Target>, 'target' | 'ifVersion' | 'deliveries'>

/**
 * Does a commit. The metadata refuses it at its very end while parts are in open assemblies. Then the upload is sealed, the
 * store completes the assemblies, and the commit is done again. Each step may be repeated, also after a crash. Nothing is committed
 * while a segment is not in the store.
 */
export async function commitUpload<Target extends CommitTarget>(
  ports: Ports,
  { account, ...upload }: UploadIn,
  commit: Commit<Target>,
  damages?: Damages,
): Promise<Committed<Target>> {
  const { metadata, clock } = ports
  await requireSegments(ports, { account, ...upload }, damages)
  const { ifVersion } = commit
  try {
    return await metadata.commitUpload({ ...commit, account, upload, now: clock.now() })
  } catch (error) {
    if (ports.assembly === undefined || !isUnassembled(error)) throw error
  }
  const { version } = await sealAndAssemble(ports, { account, upload }, ifVersion)
  const sealed = ifVersion === null ? null : version
  return await metadata.commitUpload({ ...commit, account, upload, ifVersion: sealed, now: clock.now() })
}

/**
 * Makes the bytes of an upload readable. Errors: those of the stores; `upload-changed` while the upload is open and has
 * parts in an assembly.
 */
export async function assemble(ports: Ports, upload: Upload): Promise<void> {
  if (ports.assembly === undefined) return
  const plans = await ports.metadata.listAssemblies({ blob: upload.blob })
  if (plans.length === 0) return
  if (upload.state === 'open') throw unassembled()
  await complete(ports, upload, plans)
  await settle(ports, upload, plans)
}

async function complete(
  ports: Ports,
  { account, id }: Upload,
  plans: readonly AssemblyPlan[],
): Promise<void> {
  try {
    for (const plan of plans) await assemblyOf(ports).complete(plan, plan.receipts, plan.size)
  } catch (error) {
    const upload = await ports.metadata.findUpload({ account, upload: { id } })
    // Otherwise the upload ended meanwhile, and `settle` tells how.
    if (upload === null || upload.state === 'sealed') throw error
  }
}

async function settle(ports: Ports, upload: Upload, plans: readonly AssemblyPlan[]): Promise<void> {
  const { metadata, blobs, clock } = ports
  const { account, id } = upload
  try {
    await metadata.settleAssemblies({ account, upload: { id }, now: clock.now() })
  } catch (error) {
    // The upload ended meanwhile. The sweep may have come before the store completed the assembly.
    const isOver = isCoreError(error, 'upload-closed') || isCoreError(error, 'upload-expired')
    if (isOver) await blobs.remove(plans.map(({ name }) => name)).catch(() => {})
    throw error
  }
}

function assemblyOf({ assembly }: Ports): NonNullable<Ports['assembly']> {
  if (assembly === undefined) throw new CoreError('storage-failed', 'the blob store puts no parts together')
  return assembly
}
