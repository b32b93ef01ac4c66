import { type CoreError, type CoreErrorCode, isCoreError } from '../../src/core/errors.ts'

/** What a store did with a command. `crashed`: what it threw is no core error. */
export type Outcome =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly code: CoreErrorCode | 'crashed'; readonly detail: unknown }

export async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { ok: true, answer: await work() }
  } catch (error) {
    if (isCoreError(error)) return { ok: false, code: error.code, detail: detailOf(error) }
    return { ok: false, code: 'crashed', detail: String(error) }
  }
}

/** Messages are for logs: they count for failures of the store alone, to say what went wrong. */
const detailOf = ({ code, detail, message }: CoreError): unknown =>
  code === 'metadata-failed' ? { ...detail, message } : detail

/** The same text for what means the same: keys in order, bytes as hex, what is undefined left out. */
export const textOf = (outcome: Outcome): string =>
  outcome.ok ? plain(outcome.answer) : `${outcome.code} ${plain(outcome.detail)}`

export const plain = (value: unknown): string => JSON.stringify(value, inOrder) ?? 'nothing'

function inOrder(this: unknown, key: string, value: unknown): unknown {
  // Buffers were made plain by their own toJSON before they come here.
  const raw: unknown = Object(this)[key]
  if (raw instanceof Uint8Array)
    return `hex:${Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('hex')}`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const LISTS: readonly string[] = ['objects', 'entries', 'recycled']

/** Whether it says that nothing is there: such an answer shows little. */
export function isEmpty(answer: unknown): boolean {
  if (answer === null || answer === 0 || answer === false) return true
  if (Array.isArray(answer)) return answer.length === 0
  if (typeof answer !== 'object') return false
  const lists = Object.entries(answer).filter(([name]) => LISTS.includes(name))
  return lists.some(([, list]) => Array.isArray(list) && list.length === 0)
}
