import type { UploadIn } from '../model/addresses.ts'
import type { NewDelivery } from '../model/deliveries.ts'
import type { StoredObject } from '../model/objects.ts'
import type { CatalogCommands } from '../ports/commands/catalog.ts'
import type { FilledTarget } from '../ports/commands/commits.ts'
import type { Ports } from '../ports.ts'
import { commitUpload } from './assembling.ts'
import { createDamages, type Damages } from './damages.ts'

/** How an object that was there before its bytes gets them. */
export type FillOptions = Omit<FilledTarget, 'kind'> & { readonly deliveries?: readonly NewDelivery[] }

/** Records that get their bytes later, and searches over them. Errors are those of the commands. */
export interface Catalog {
  readonly search: CatalogCommands['searchObjects']
  /** Commits an upload into an object that is there: its bytes take the place of those before. */
  fill(upload: UploadIn, options: FillOptions): Promise<StoredObject>
}

export function createCatalog(ports: Ports, damages: Damages = createDamages(ports)): Catalog {
  return {
    search: (query) => ports.metadata.searchObjects(query),
    fill: (upload, { deliveries = [], ...options }) =>
      commitUpload(
        ports,
        upload,
        { target: { kind: 'filled-object', ...options }, ifVersion: null, deliveries },
        damages,
      ),
  }
}
