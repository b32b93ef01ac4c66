import { CoreError } from '../../../core/errors.ts'
import type { TenantTarget } from '../../../core/ports/tenants.ts'
import type { Script } from '../script.ts'
import { addContent, addRows, beginImport, endImport, isThere } from './add.ts'
import { type Moving, newMoving, type Words } from './moving.ts'

/** Runs a script as one transaction. It may run more than once, but only one run stays. */
export type RunScript = <Result>(script: () => Script<Result>) => Promise<Result>

/** The port on a store that runs scripts. */
export function tenantTarget(
  runScript: RunScript,
  words: Omit<Words, 'givesNumbers'>,
  close: () => Promise<void>,
): TenantTarget {
  let moving: { readonly source: string; readonly state: Moving } | null = null
  const begun = () => {
    if (moving === null) throw new CoreError('invalid-argument', 'the import has not begun')
    return moving
  }
  return {
    begin: async (account, source) => {
      const outcome = await runScript(() => beginImport(account, source))
      moving = { source, state: newMoving(account, outcome === 'goes-on') }
      return outcome
    },
    hasContent: (blob) => runScript(() => isThere(blob)),
    addContent: (content) => runScript(() => addContent(content)),
    add: (table, rows, { givesNumbers }) =>
      runScript(() => addRows(begun().state, table, rows, { ...words, givesNumbers })),
    end: () => runScript(() => endImport(begun().state.account, begun().source)),
    close,
  }
}
