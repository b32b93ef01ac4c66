import { credentialsOf } from '../../../core/accounts.ts'
import { isCoreError } from '../../../core/errors.ts'
import type { AccountId } from '../../../core/ids.ts'
import type { ListedObject } from '../../../core/model/buckets.ts'
import { answerTo, type Validators } from '../../../http/conditions.ts'
import { entityTag } from '../../../http/serve-object.ts'
import type { KeyRangeAsked, PlaneCondition, PlaneKeys } from '../../../object-plane/contents.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import {
  compareKeys,
  type KeyMount,
  type KeysFrom,
  keysIn,
  listFound,
  listMounts,
} from '../../../object-plane/key-mounts.ts'
import type { PlaneTarget } from '../../../object-plane/types.ts'
import { type Project, projectCredential } from '../credentials.ts'
import { type Asset, assetsBucket, filesBucket, findAsset, isAssetId, isConfirmed } from '../model/asset.ts'
import type { Vod } from '../model/context.ts'
import { removeAsset } from './asset-removal.ts'
import { findByObjectKey, keyPrefix, kindOf, obsBucket, videoKey } from './object-keys.ts'
import { allSideKeys } from './side-files.ts'
import type { VideoAddress } from './video-uploads.ts'

/** Assets that are looked at together. */
const ASSETS = 100
/** Nobody has made these buckets: they are there as long as their account has a project of the region. */
const CREATED_AT = Date.UTC(2017, 0, 1)

/** `etag` with its quotes, where it is not that of the content alone. */
type ListedFile = ListedObject & { readonly etag?: string }

/**
 * What assets have, as keys of their bucket: those of URLs. Lists show what can be read: nothing before its asset is confirmed. A copy is a
 * write like others: the video of an asset that awaits one, or a cover or subtitle that was announced.
 */
export function createKeys(vod: Vod, address: (target: PlaneTarget) => VideoAddress): PlaneKeys {
  return {
    list: ({ account, bucket }, range) => listMounts(mountsOf(vod, account, bucket), range),
    etagOf: (entry: ListedFile) => entry.etag ?? entityTag(entry),
    remove: (target, condition) => remove(vod, address(target), condition),
    buckets: async (account) => {
      const names = new Set(projectsOf(vod, account).map(obsBucket))
      return [...names].sort().map((name) => ({ name, createdAt: CREATED_AT }))
    },
  }
}

const projectsOf = ({ accounts }: Vod, id: AccountId): readonly Project[] => {
  const account = accounts.byId(id)
  return account === null ? [] : credentialsOf(account, projectCredential)
}

const mountsOf = (vod: Vod, account: AccountId, bucket: string): readonly KeyMount[] =>
  projectsOf(vod, account)
    .filter((project) => obsBucket(project) === bucket)
    .map((project) => ({
      prefix: keyPrefix(project),
      list: (range: KeyRangeAsked) => listFound(filesFrom(vod, account, project), range),
    }))
    .sort((a, b) => compareKeys(a.prefix, b.prefix))

/** Files in the order of their keys: those of each asset together. */
const filesFrom =
  ({ core }: Vod, account: AccountId, project: Project): KeysFrom =>
  async (from, limit, prefix) => {
    const found: ListedFile[] = []
    const [first = ''] = from.split('/', 1)
    const list = keysIn(core, { account, bucket: assetsBucket(project) })
    for (let ids: readonly string[] = isAssetId(first) ? [first] : [], after = first; ; ) {
      for (const id of ids) {
        const files = await filesOf({ core, account, project }, id)
        found.push(...files.filter(({ key }) => compareKeys(key, from) >= 0))
        if (found.length >= limit || !id.startsWith(prefix.slice(0, id.length))) return found
      }
      const page = await list({ prefix: '', delimiter: null, after, limit: ASSETS })
      ids = page.entries.flatMap((entry) => (entry.kind === 'object' ? [entry.key] : []))
      after = ids.at(-1) ?? ''
      if (ids.length === 0) return found
    }
  }

/** What can be read of an asset, by its keys within the project. */
async function filesOf(
  { core, account, project }: Pick<Vod, 'core'> & { readonly account: AccountId; readonly project: Project },
  id: string,
): Promise<readonly ListedFile[]> {
  const asset = await findAsset(core, account, project, id)
  if (asset === null || !isConfirmed(asset)) return []
  const within = keyPrefix(project)
  const sideMax = allSideKeys({ project }, asset).length
  const sides = await listMounts(
    sideMax === 0
      ? []
      : [{ prefix: '', list: keysIn(core, { account, bucket: filesBucket(project) }, within) }],
    { prefix: `${id}/`, delimiter: null, after: '', limit: sideMax },
  )
  const listed = sides.entries.filter((entry) => entry.kind === 'object')
  const isOfAsset = ({ key }: ListedFile) => kindOf(project, asset, within + key) !== null
  return [...videoOf(project, asset), ...listed.filter(isOfAsset)].sort((a, b) => compareKeys(a.key, b.key))
}

function videoOf(project: Project, asset: Asset): readonly ListedFile[] {
  const { id, key, content, contentType, updatedAt: changedAt } = asset.object
  if (content === null) return []
  const path = videoKey(project, key, asset.attributes).slice(keyPrefix(project).length)
  const { size } = content
  return [
    { kind: 'object', key: path, ...{ id, size, content, contentType, changedAt }, etag: etagOf(asset) },
  ]
}

const etagOf = ({ object, attributes }: Asset): string =>
  attributes.received === null ? entityTag(object) : `"${attributes.received.etag}"`

/** Frees the source of an asset as `delete_type=origin` does, or a cover or subtitle. What cannot be read is not there. */
async function remove(vod: Vod, { account, project, key }: VideoAddress, condition: PlaneCondition) {
  const { core } = vod
  const { objects } = core
  const file = await findByObjectKey(core, account, project, key)
  if (file === null || !isConfirmed(file.asset)) return
  if (file.kind === 'snapshot') throw new PlaneError('access-denied', 'snapshots go with their asset')
  if (file.kind === 'side') {
    const side = await objects.find({ account, bucket: filesBucket(project), key })
    if (side === null) return
    requireCondition(vod, condition, { etag: entityTag(side), modifiedAt: side.updatedAt })
    await objects.delete({ account, id: side.id }).catch(orGone)
    return
  }
  const { object } = file.asset
  if (object.content === null) return
  requireCondition(vod, condition, { etag: etagOf(file.asset), modifiedAt: object.updatedAt })
  const owner = vod.accounts.find(projectCredential, project.id)
  if (owner === null) return
  const context = { core, account: owner.account, project: owner.credential }
  if ((await removeAsset(context, object.key, { isWhole: false })) === 'FAILED')
    throw new PlaneError('access-denied', 'the video is in use')
}

/** Throws `precondition-failed`. */
function requireCondition({ core }: Vod, condition: PlaneCondition, validators: Validators): void {
  if (answerTo({ ...condition, ifNoneMatch: null }, validators, core.clock.now()) !== 'proceed')
    throw new PlaneError('precondition-failed', 'the object is not as the client wants it to be')
}

function orGone(error: unknown): void {
  if (!isCoreError(error, 'object-not-found')) throw error
}
