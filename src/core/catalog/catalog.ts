import { commitAssembled } from '../assemblies/assembling.ts'
import type { Ports } from '../core.ts'
import type { StoredObject } from '../model.ts'
import type { Catalog, FillObject } from './ports.ts'

/** Records that get their bytes later, and searches over them; the time is filled in here. */
export interface CatalogUses {
  readonly search: Catalog['searchObjects']
  readonly fill: (command: Omit<FillObject, 'now'>) => Promise<StoredObject>
}

export function createCatalog(ports: Ports): CatalogUses {
  const { metadata, clock } = ports
  return {
    search: (query) => metadata.searchObjects(query),
    fill: (command) => {
      const { account, upload } = command
      return commitAssembled(ports, { account, upload }, null, () =>
        metadata.fillObject({ ...command, now: clock.now() }),
      )
    },
  }
}
