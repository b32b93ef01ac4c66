import type { StoredObject } from '../model/objects.ts'
import type { CatalogCommands, FillObject } from '../ports/commands/catalog.ts'
import type { Ports } from '../ports.ts'
import { commitAssembled } from './assembling.ts'

/** Records that get their bytes later, and searches over them; the time is filled in here. */
export interface Catalog {
  readonly search: CatalogCommands['searchObjects']
  readonly fill: (command: Omit<FillObject, 'now'>) => Promise<StoredObject>
}

export function createCatalog(ports: Ports): Catalog {
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
