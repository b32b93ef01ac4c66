import { describe } from 'node:test'
import { type Amounts, MANY } from './amounts.ts'
import { binContract, fullBinContract } from './trees/bin.ts'
import { copyContract } from './trees/copies.ts'
import { entriesContract } from './trees/entries.ts'
import { filesContract } from './trees/files.ts'
import { fingerprintContract } from './trees/fingerprints.ts'
import { holdsContract } from './trees/holds.ts'
import { isolationContract } from './trees/isolation.ts'
import { listingContract, pagesContract } from './trees/listing.ts'
import { movingContract } from './trees/moving.ts'
import { quotaContract } from './trees/quotas.ts'
import { racesContract } from './trees/races.ts'
import { searchedCrowdContract } from './trees/random-searches.ts'
import { largeRemovalsContract, removingContract } from './trees/removing.ts'
import { searchingContract } from './trees/searching.ts'
import { seenContract } from './trees/seen.ts'
import { sequencesContract } from './trees/sequences.ts'
import type { OpenFacts } from './trees/store.ts'
import { usageContract } from './trees/usage.ts'
import { fullVolumesContract, volumesContract } from './trees/volumes.ts'

export type { FactsStore, OpenFacts } from './trees/store.ts'

/**
 * What every store of facts has to do about trees, whatever it stands on: the docstrings of the `Trees` port as tests.
 * `open` gives an empty store each time.
 */
export function treesContract(name: string, open: OpenFacts, { rounds, steps }: Amounts = MANY): void {
  describe(`trees contract: ${name}`, () => {
    volumesContract(open)
    entriesContract(open)
    filesContract(open)
    listingContract(open)
    movingContract(open)
    removingContract(open)
    holdsContract(open)
    isolationContract(open)
    sequencesContract(open, steps)
    racesContract(open, Math.ceil(rounds / 3))
    seenContract(open)
    binContract(open)
    quotaContract(open)
    usageContract(open)
    copyContract(open)
    fingerprintContract(open)
    searchingContract(open)
  })
}

/** What trees with much in them do: it takes long where every command is a journey to a server. */
export function crowdsContract(name: string, open: OpenFacts): void {
  describe(`trees with much in them: ${name}`, () => {
    pagesContract(open)
    fullBinContract(open)
    largeRemovalsContract(open)
    fullVolumesContract(open)
    searchedCrowdContract(open)
  })
}
