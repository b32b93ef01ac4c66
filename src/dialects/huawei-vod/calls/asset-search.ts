import type { SearchObjects } from '../../../core/core.ts'
import { illegalField } from '../errors.ts'
import { type Asset, type AssetStatus, assetOf, assetsBucket, statusOf } from '../model/asset.ts'
import { LABEL, labelsOf, textOf } from '../model/asset-index.ts'
import { CATEGORY_ID, categoriesNamedLike, idsInAssets } from '../model/categories.ts'
import type { VideoType } from '../model/file-types.ts'
import { SNAPSHOT_STATUSES } from '../model/snapshots.ts'
import { TRANSCODED } from '../wire/outputs.ts'
import type { Query } from '../wire/query.ts'
import type { Call } from './call.ts'

/** Assets that a list reaches, and the most it counts (reference §1.8, §1.9). */
const REACH_MAX = 20_000
const PAGE_SIZE = { default: 10, max: 100 } as const
const TAGS_MAX = 16
export const IDS_MAX = 10

/** Conditions of a search. An asset has to fit all of them. */
export interface Filter {
  /** Of each group, the asset has at least one label. */
  readonly labels: readonly (readonly string[])[]
  readonly keyword: SearchObjects['keyword']
  /** Null for any. */
  readonly states: readonly AssetStatus[] | null
  /** Null for any. */
  readonly types: readonly VideoType[] | null
}

/** What `/info` and `/list` share: category_id, tags and query_string, beside parameters of their own. */
export async function readFilter(
  call: Call,
  query: Query,
  own: Pick<Filter, 'states' | 'types'> & { readonly jobs: Filter['labels'] },
): Promise<Filter> {
  const category = query.integer('category_id', CATEGORY_ID.min, CATEGORY_ID.max)
  const categories = category === null ? null : await idsInAssets(call, category)
  const tags = query.texts('tags', TAGS_MAX)
  const text = query.text('query_string')
  const { jobs, states, types } = own
  const likeNamed = text === null ? [] : await categoriesNamedLike(call, text)
  return {
    labels: [
      ...(categories === null ? [] : [categories.map(LABEL.category)]),
      ...(tags === null ? [] : [tags.map(LABEL.tag)]),
      ...jobs,
    ],
    keyword: text === null ? null : { text, orLabels: likeNamed.map(LABEL.category) },
    ...{ states, types },
  }
}

/**
 * What groups of states ask for; an asset has to fit each of them. A group of states of jobs alone asks for the assets that these have come to
 * that, by their labels; beside other states they fit none.
 */
export function statesOf<Value extends string>(
  groups: readonly (readonly Value[] | null)[],
  statesFor: (value: Value) => readonly AssetStatus[],
): Pick<Filter, 'states'> & { readonly jobs: Filter['labels'] } {
  const asked = groups
    .filter((group) => group !== null)
    .map((group) => ({
      states: group.flatMap((value) => statesFor(value)),
      labels: group.flatMap((value) => jobLabel(value) ?? []),
    }))
  const isOfJobs = ({ states, labels }: (typeof asked)[number]) => labels.length > 0 && states.length === 0
  const [first, ...others] = asked.filter((group) => !isOfJobs(group))
  const states = first?.states.filter((state) => others.every((group) => group.states.includes(state)))
  return { states: states ?? null, jobs: asked.filter(isOfJobs).map(({ labels }) => labels) }
}

/** The label of assets that a job has come to this state for; null where there is none. */
function jobLabel(state: string): string | null {
  if (state === TRANSCODED.status) return LABEL.transcoded
  const ofSnapshots = SNAPSHOT_STATUSES.find((status) => status === state)
  return ofSnapshots === undefined ? null : LABEL.snapshots(ofSnapshots)
}

export interface Page {
  readonly offset: number
  readonly limit: number
}

/** Throws VOD.10053 for pages beyond what lists reach. */
export function readPage(query: Query): Page {
  const page = query.integer('page', 0, REACH_MAX) ?? 0
  const limit = query.integer('size', 1, PAGE_SIZE.max) ?? PAGE_SIZE.default
  if ((page + 1) * limit > REACH_MAX) throw illegalField('page')
  return { offset: page * limit, limit }
}

/** Both ends inclusive; an end is a whole second. */
export function readTimes(query: Query): Pick<SearchObjects, 'createdFrom' | 'createdUntil'> {
  const end = query.time('end_time')
  return { createdFrom: query.time('start_time'), createdUntil: end === null ? null : end + 999 }
}

/** A page of assets that are not deleted. The total is counted up to what lists reach. */
export async function searchAssets(
  { core, account, project }: Call,
  { labels, keyword, states: statuses, types: kinds }: Filter,
  where: Page &
    Pick<SearchObjects, 'createdFrom' | 'createdUntil'> &
    Partial<Pick<SearchObjects, 'order' | 'keys'>>,
): Promise<{ readonly assets: readonly Asset[]; readonly total: number }> {
  const isOpen = labels.length === 0 && statuses === null && kinds === null
  const { objects, total } = await core.catalog.search({
    ...{ account: account.id, bucket: assetsBucket(project), keys: null, order: 'newest-first' },
    ...{ labels: isOpen ? [[LABEL.any]] : labels, statuses, kinds, keyword, countMax: REACH_MAX },
    ...where,
  })
  return { assets: objects.map(assetOf), total }
}

/** Whether the asset fits the filter. Deleted assets can fit as well. */
export function fits(asset: Asset, { labels, keyword, states, types }: Filter): boolean {
  const { object, attributes } = asset
  const own = labelsOf(attributes)
  const hasOne = (group: readonly string[]) => group.some((label) => own.includes(label))
  const isState = states === null || states.includes(statusOf(asset))
  const isType = types === null || types.some((type) => type === object.kind)
  if (!isState || !isType || !labels.every(hasOne)) return false
  if (keyword === null) return true
  const text = textOf(object, attributes).toLowerCase()
  return text.includes(keyword.text.toLowerCase()) || hasOne(keyword.orLabels)
}
