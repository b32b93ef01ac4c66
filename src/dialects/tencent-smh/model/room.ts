import type { Entry } from '../../../core/model/trees.ts'
import { SmhError } from '../errors.ts'
import type { SpaceContext } from './context.ts'
import type { NamedPlace } from './places.ts'
import type { Strategy } from './strategy.ts'

/** What stands where a file will be. It is looked at again by the confirm. */
export const findThere = (
  { core, address }: SpaceContext,
  { directory, name }: NamedPlace,
): Promise<Entry | null> => core.trees.findEntry({ volume: address, at: { path: [...directory, name] } })

/** Bytes that go when the file comes. Errors: `SameNameDirectoryOrFileExists`. */
export function replacedSize(strategy: Strategy, found: Entry | null): number {
  if (strategy === 'rename') return 0
  if (found !== null && (strategy === 'ask' || found.kind === 'directory')) {
    throw new SmhError('SameNameDirectoryOrFileExists')
  }
  return found?.kind === 'file' ? found.content.size : 0
}

/** A start that does not say how much comes needs room for something. That of another takes room for what it says. Errors: `QuotaLimitReached`. */
export async function requireRoom({ core, address }: SpaceContext, replaced: number): Promise<void> {
  const room = await core.trees.roomOf(address)
  if (room !== null && 1 > room + replaced) throw new SmhError('QuotaLimitReached')
}
