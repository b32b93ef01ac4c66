import { CoreError, isCoreError, isRetryable } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Task } from '../../../core/model/tasks.ts'
import type { TaskRunner, TaskTurn } from '../../../core/ports/background.ts'
import type { PictureWanted } from '../../../core/ports/pictures.ts'
import { projectCredential } from '../credentials.ts'
import { type Asset, findAsset, isSeen } from '../model/asset.ts'
import { changeAsset } from '../model/asset-changes.ts'
import type { ProjectContext, Vod } from '../model/context.ts'
import { madeSnapshots, type Snapshots, sizeOf } from '../model/snapshots.ts'
import { snapshotKey } from '../storage/object-keys.ts'
import { putCover, putSnapshot, remove } from '../storage/picture-files.ts'
import { removeSideFiles } from '../storage/side-files.ts'
import { coverDeliveries, snapshotDeliveries } from './events.ts'
import { inputJson, PICTURE_TOPIC, type PictureInput } from './picture-requests.ts'

/** Fewer than any task has, so that the last failure is written to the asset. */
const ATTEMPTS_MAX = 8
/** Each waits for its turns with the program that makes pictures. */
const LANES = 2

/** The work on one asset's pictures. */
interface Picturing extends ProjectContext {
  readonly input: PictureInput
  readonly turn: TaskTurn
}

type Make = (wanted: PictureWanted) => Promise<Uint8Array>

/** The asset is gone, or another request has taken the place of this one. */
class OvertakenError extends Error {}

/** Makes pictures of assets' videos in the background, one asset at a time in each lane. */
export function createPictureRunner(vod: Vod): TaskRunner {
  return {
    topic: PICTURE_TOPIC,
    lanes: LANES,
    run: (task, turn) => run(vod, task, turn),
    giveUp: (_, error) => ({ state: 'FAILED', reason: String(error) }),
  }
}

async function run(vod: Vod, task: Task, turn: TaskTurn): Promise<JsonObject> {
  const input = task.input as unknown as PictureInput
  const found = vod.accounts.find(projectCredential, input.project)
  if (found === null || found.account.id !== task.account)
    return { state: 'FAILED', reason: 'the project is gone' }
  const { account, credential: project } = found
  const work: Picturing = { ...vod, account, project, input, turn }
  try {
    await turn.whileKept((signal) => makeAll(work, signal))
    return { state: 'SUCCEED' }
  } catch (error) {
    turn.signal.throwIfAborted()
    if (error instanceof OvertakenError) return { state: 'SUCCEED' }
    if (mayPass(error) && task.attempts + 1 < ATTEMPTS_MAX) throw error
    await fail(work, reasonOf(error))
    return { state: 'FAILED' }
  }
}

async function makeAll(work: Picturing, signal: AbortSignal): Promise<void> {
  const { core, pictures } = work
  const { object } = await find(work)
  if (pictures === null) throw new CoreError('media-refused', 'no pictures are made here')
  const source = { size: object.content?.size ?? 0, read: () => core.objects.read(object) }
  await pictures.makeSeveral(
    source,
    async (make) => {
      const input = await takeFirstFrame(work, make)
      await takeSnapshots({ ...work, input }, make)
    },
    signal,
  )
}

/** The asset as it is now, if there still is something to do for this request. Throws OvertakenError. */
async function find({ core, account, project, input }: Picturing): Promise<Asset> {
  const asset = await findAsset(core, account.id, project, input.asset)
  const { video, snapshots } = asset?.attributes ?? {}
  if (asset === null || !isSeen(asset) || video !== input.video) throw new OvertakenError()
  if (input.request !== null && snapshots?.request !== input.request) throw new OvertakenError()
  return asset
}

/** The first frame as the cover. Returns what is left to do. */
async function takeFirstFrame(work: Picturing, make: Make): Promise<PictureInput> {
  if (!work.input.firstFrame) return work.input
  let failure: string | null = null
  try {
    const bytes = await make({ size: { fit: 'whole' }, atMs: 0 })
    await putCover(work, () => find(work), { bytes }, 'made')
  } catch (error) {
    if (!isCoreError(error, 'media-refused')) throw error
    failure = error.message
  }
  await tell(work, (asset) => coverDeliveries(work, asset, failure))
  return save(work, { ...work.input, firstFrame: false })
}

/** Those that are left; then the asset has them. */
async function takeSnapshots(work: Picturing, make: Make): Promise<void> {
  const { thumbnail } = work.input
  const snapshots = (await find(work)).attributes.snapshots
  if (thumbnail === null || snapshots?.status !== 'THUMBNAILING') return
  const size = sizeOf(thumbnail)
  let { input } = work
  for (const offset of snapshots.plan.offsets.slice(input.tried)) {
    const isMade = await takeSnapshot({ ...work, input }, offset, () => make({ size, atMs: offset * 1000 }))
    const made = isMade ? [...input.made, offset] : input.made
    input = await save(work, { ...input, tried: input.tried + 1, made })
  }
  if (input.made.length === 0) throw new CoreError('media-refused', 'the video has no frame there')
  await finish({ ...work, input }, madeSnapshots(snapshots, input.made))
}

/** Whether there is a frame at this second. */
async function takeSnapshot(
  work: Picturing,
  offset: number,
  make: () => Promise<Uint8Array>,
): Promise<boolean> {
  const { input, project } = work
  const list = (await find(work)).attributes.snapshots?.plan.list ?? 'sample'
  let bytes: Uint8Array
  try {
    bytes = await make()
  } catch (error) {
    if (isCoreError(error, 'media-refused')) return false
    throw error
  }
  const picture = await putSnapshot(work, snapshotKey(project, input.asset, list, offset), bytes)
  try {
    await find(work)
    const isCover = input.made.length + 1 === input.thumbnail?.cover_position
    if (isCover) await putCover(work, () => find(work), { object: picture }, 'made')
  } catch (error) {
    if (error instanceof OvertakenError) await remove(work, picture)
    throw error
  }
  return true
}

/** One step gives the asset its snapshots and tells the event. Those that they replace are removed after it. */
async function finish(work: Picturing, made: Snapshots): Promise<void> {
  const { core, project, input } = work
  const { list } = made.plan
  let before: readonly number[] = []
  await changeAsset(
    core,
    () => find(work),
    ({ object, attributes }) => {
      before = attributes.snapshots?.made[list] ?? []
      const changed = { ...attributes, snapshots: made }
      const deliveries = snapshotDeliveries(work, { object, attributes: changed })
      return { attributes: changed, traits: {}, deliveries }
    },
  )
  const unused = before.filter((offset) => !made.made[list].includes(offset))
  await removeSideFiles(
    work,
    unused.map((offset) => snapshotKey(project, input.asset, list, offset)),
  )
}

/** Says on the asset, and by the events, that there are no pictures. */
async function fail(work: Picturing, reason: string): Promise<void> {
  const { core, input } = work
  try {
    if (input.firstFrame) await tell(work, (asset) => coverDeliveries(work, asset, reason))
    await changeAsset(
      core,
      () => find(work),
      ({ object, attributes }) => {
        if (attributes.snapshots?.status !== 'THUMBNAILING') return null
        const snapshots: Snapshots = { ...attributes.snapshots, status: 'THUMBNAIL_FAILED', reason }
        const changed = { ...attributes, snapshots }
        const deliveries = snapshotDeliveries(work, { object, attributes: changed })
        return { attributes: changed, traits: {}, deliveries }
      },
    )
  } catch (error) {
    if (!(error instanceof OvertakenError)) throw error
  }
}

async function tell(
  work: Picturing,
  deliveriesFor: (asset: Asset) => ReturnType<typeof coverDeliveries>,
): Promise<void> {
  await changeAsset(
    work.core,
    () => find(work),
    (asset) => {
      const deliveries = deliveriesFor(asset)
      return deliveries.length === 0 ? null : { attributes: asset.attributes, deliveries }
    },
  )
}

async function save({ turn }: Picturing, input: PictureInput): Promise<PictureInput> {
  await turn.save(inputJson(input))
  return input
}

const mayPass = (error: unknown): boolean => (isCoreError(error) ? isRetryable(error.code) : true)

/** A reason for the asset's owner, without internals. */
function reasonOf(error: unknown): string {
  if (isCoreError(error, 'media-refused')) return 'No picture could be made'
  return 'The pictures could not be stored'
}
