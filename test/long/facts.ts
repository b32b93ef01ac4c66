import { describe } from 'node:test'
import { MANY } from '../contracts/amounts.ts'
import { commitContract } from '../contracts/metadata/commits.ts'
import { listedPartsContract } from '../contracts/metadata/listed-parts.ts'
import { raceContract } from '../contracts/metadata/races.ts'
import { segmentContract, tenThousandParts } from '../contracts/metadata/segments.ts'
import { sequenceContract } from '../contracts/metadata/sequences.ts'
import { searchesContract } from '../contracts/searches.ts'
import { openPostgresFacts } from '../contracts/stores/postgres.ts'
import { openSqliteFacts } from '../contracts/stores/sqlite.ts'
import { racesContract } from '../contracts/trees/races.ts'
import { sequencesContract } from '../contracts/trees/sequences.ts'
import { crowdsContract } from '../contracts/trees.ts'

/** What the contracts of facts do at random, many times over. */
for (const [name, open] of Object.entries({ SQLite: openSqliteFacts, PostgreSQL: openPostgresFacts })) {
  describe(`facts, at length: ${name}`, () => {
    tenThousandParts(open)
    raceContract(open, 150)
    racesContract(open, 60)
    sequenceContract(open, 600)
    sequencesContract(open, 500)
    searchesContract(name, open, { objects: 1_100, searches: 150 })
  })
}

for (const [name, open] of Object.entries({ SQLite: openSqliteFacts, PostgreSQL: openPostgresFacts })) {
  describe(`facts, of many things: ${name}`, () => {
    commitContract(open, MANY)
    listedPartsContract(open, MANY)
    segmentContract(open, MANY)
  })
  crowdsContract(name, open)
}
