import { describe } from 'node:test'
import { type Amounts, MANY } from './amounts.ts'
import { appendingContract } from './metadata/appending.ts'
import { assemblyFactsContract } from './metadata/assemblies.ts'
import { beginContract } from './metadata/begin.ts'
import { blocksContract } from './metadata/blocks.ts'
import { closingContract } from './metadata/closing.ts'
import { commitContract } from './metadata/commits.ts'
import { damageContract } from './metadata/damages.ts'
import { deliveryContract } from './metadata/deliveries.ts'
import { isolationContract } from './metadata/isolation.ts'
import { lastingContract } from './metadata/lasting.ts'
import { listedPartsContract } from './metadata/listed-parts.ts'
import { objectContract } from './metadata/objects.ts'
import { partsContract } from './metadata/parts.ts'
import { raceContract } from './metadata/races.ts'
import { seenObjectContract } from './metadata/seen-objects.ts'
import { segmentContract } from './metadata/segments.ts'
import { sequenceContract } from './metadata/sequences.ts'
import type { OpenMetadata } from './metadata/store.ts'
import { storedPartsContract } from './metadata/stored-parts.ts'

export type { MetadataStore, OpenMetadata } from './metadata/store.ts'

/**
 * What every metadata store has to do, whatever it stands on: the docstrings of the `Metadata` port as tests. `open` gives
 * an empty store each time.
 */
export function metadataContract(name: string, open: OpenMetadata, amounts: Amounts = MANY): void {
  describe(`metadata contract: ${name}`, () => {
    beginContract(open)
    partsContract(open)
    storedPartsContract(open)
    appendingContract(open)
    closingContract(open)
    listedPartsContract(open, amounts)
    commitContract(open, amounts)
    objectContract(open)
    seenObjectContract(open)
    segmentContract(open, amounts)
    assemblyFactsContract(open)
    blocksContract(open)
    damageContract(open)
    deliveryContract(open)
    isolationContract(open)
    raceContract(open, amounts.rounds)
    sequenceContract(open, amounts.steps)
    lastingContract(open)
  })
}
