import type { Json, JsonObject } from '../../../core/model/json.ts'
import { isList, isObject } from '../../../http/json-shapes.ts'
import {
  childrenOf,
  element,
  malformed,
  textIn,
  type XmlElement,
  xmlTree,
} from '../../../object-plane/documents.ts'
import { invalidArgument, S3Error } from '../../../object-plane/s3/index.ts'

/** One rule of a bucket's lifecycle. Null: the rule says nothing of it. */
export interface LifecycleRule {
  readonly id: string
  readonly isEnabled: boolean
  /** Of keys; empty for all. */
  readonly prefix: string
  /** Days that an object stays. */
  readonly days: number | null
  /** When all objects go, as it was sent. */
  readonly date: string | null
  /** Days that an unfinished upload stays. */
  readonly uploadDays: number | null
}

const RULES_MAX = 1000
/** What rules of S3 may have and these have not. */
const UNSERVED = ['Transition', 'NoncurrentVersionTransition', 'NoncurrentVersionExpiration']

/** The rules of a `<LifecycleConfiguration>`, as they are kept. Throws `xml-malformed`, S3Error. */
export function readLifecycle(body: Uint8Array): JsonObject {
  const rules = childrenOf(xmlTree(body, 'LifecycleConfiguration'), 'Rule').map(readRule)
  if (rules.length === 0 || rules.length > RULES_MAX) throw malformed('not 1 to 1000 rules')
  const ids = rules.map(({ id }) => id).filter((id) => id !== '')
  if (new Set(ids).size !== ids.length)
    throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID')
  return { rules: rules.map((rule) => ({ ...rule })) }
}

function readRule(rule: XmlElement): LifecycleRule {
  const odd = UNSERVED.find((name) => childrenOf(rule, name).length > 0)
  if (odd !== undefined) throw notServed(odd)
  const status = textIn(rule, 'Status')?.trim()
  if (status !== 'Enabled' && status !== 'Disabled') throw malformed('a rule has no status')
  const id = textIn(rule, 'ID') ?? ''
  if (id.length > 255) throw invalidArgument('ID length should not exceed allowed limit of 255', 'ID', id)
  const [expiration] = childrenOf(rule, 'Expiration')
  const [abort] = childrenOf(rule, 'AbortIncompleteMultipartUpload')
  if (expiration === undefined && abort === undefined)
    throw new S3Error('InvalidRequest', 'At least one action needs to be specified in a rule.')
  return {
    ...{ id, isEnabled: status === 'Enabled', prefix: prefixOf(rule) },
    ...(expiration === undefined ? { days: null, date: null } : readExpiration(expiration)),
    uploadDays: abort === undefined ? null : readDays(abort, 'DaysAfterInitiation'),
  }
}

/** Filters by tags or sizes are refused: a rule that did not know them would remove more. */
function prefixOf(rule: XmlElement): string {
  const [filter] = childrenOf(rule, 'Filter')
  const own = textIn(rule, 'Prefix')
  if (filter === undefined) {
    if (own === null) throw malformed('a rule has neither a filter nor a prefix')
    return own
  }
  const [and] = childrenOf(filter, 'And')
  const holder = and ?? filter
  const odd = holder.children.find(({ name }) => name !== 'Prefix')
  if (odd !== undefined) throw notServed(`Filter by ${odd.name}`)
  return textIn(holder, 'Prefix') ?? ''
}

function readExpiration(expiration: XmlElement): Pick<LifecycleRule, 'days' | 'date'> {
  const [only, ...others] = expiration.children
  if (only === undefined || others.length > 0) throw malformed('an expiration has not one way')
  if (only.name === 'Days') return { days: readDays(expiration, 'Days'), date: null }
  if (only.name !== 'Date') throw notServed(only.name)
  const date = only.text.trim()
  const time = Date.parse(date)
  if (Number.isNaN(time) || time % DAY_MS !== 0)
    throw invalidArgument("'Date' must be at midnight GMT", 'Date', date)
  return { days: null, date }
}

const DAY_MS = 24 * 3_600_000

function readDays(parent: XmlElement, name: string): number {
  const text = textIn(parent, name)?.trim() ?? ''
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw invalidArgument(`'${name}' for the action must be a positive integer`, name, text)
  return Number(text)
}

/** The rules that are kept of a bucket. */
export const rulesOf = (kept: Json | undefined): readonly LifecycleRule[] => {
  const rules = isObject(kept ?? null) ? (kept as JsonObject).rules : undefined
  return (isList(rules) ? rules : []).filter(isObject) as unknown as readonly LifecycleRule[]
}

export const lifecycleFields = (kept: JsonObject): string => rulesOf(kept).map(ruleXml).join('')

function ruleXml({ id, isEnabled, prefix, days, date, uploadDays }: LifecycleRule): string {
  const fields = [
    id === '' ? '' : element('ID', id),
    `<Filter>${element('Prefix', prefix)}</Filter>`,
    element('Status', isEnabled ? 'Enabled' : 'Disabled'),
    days === null ? '' : `<Expiration>${element('Days', String(days))}</Expiration>`,
    date === null ? '' : `<Expiration>${element('Date', date)}</Expiration>`,
    uploadDays === null
      ? ''
      : `<AbortIncompleteMultipartUpload>${element('DaysAfterInitiation', String(uploadDays))}</AbortIncompleteMultipartUpload>`,
  ]
  return `<Rule>${fields.join('')}</Rule>`
}

/** The midnight (UTC) that follows so many days after a time, as S3 counts. */
export const endOf = (time: number, days: number): number =>
  Math.ceil((time + days * DAY_MS) / DAY_MS) * DAY_MS

const notServed = (what: string): S3Error =>
  new S3Error('NotImplemented', `Rules here are by prefix, and remove objects or end uploads: ${what}`)
