import type { BlobId } from '../../core/ids.ts'
import { all } from '../commands/script.ts'
import { hexOf } from '../values.ts'
import type { CheckScriptOf } from './check.ts'
import { BREAKS } from './rules.ts'

interface BrokenRow {
  readonly subject: Uint8Array | string | number
  readonly blob: Uint8Array | null
}

export const findBroken: CheckScriptOf<'findBroken'> = function* ({ rule, limit }) {
  const rows = yield* all<BrokenRow>(`SELECT subject, blob FROM (${BREAKS[rule]}) AS broken LIMIT ?`, limit)
  return rows.map(({ subject, blob }) => ({
    subject: subject instanceof Uint8Array ? hexOf(subject) : String(subject),
    blob: blob === null ? null : hexOf<BlobId>(blob),
  }))
}
