import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const PATH = 'scripts/check/ratchets.json'

const Counts = z.strictObject({
  functionsOver40Lines: z.int(),
  duplicatedBlocks: z.int(),
  testFilesOver250Lines: z.int(),
})
const Ratchets = z.strictObject({
  /** How many places of a kind there may be. */
  counts: Counts,
  /** Of a hundred lines of `src` without its tests, so many are run by the tests at the least. */
  lineCoverage: z.number(),
})

export type Counts = z.infer<typeof Counts>
/** What may only become better. */
export type Ratchets = z.infer<typeof Ratchets>
/** What was found of each kind, one line for each place. */
export type Places = Readonly<Record<keyof Counts, readonly string[]>>

export const readRatchets = (root: string): Ratchets =>
  Ratchets.parse(JSON.parse(readFileSync(join(root, PATH), 'utf8')))

export const writeRatchets = (root: string, ratchets: Ratchets): void =>
  writeFileSync(join(root, PATH), `${JSON.stringify(ratchets, null, 2)}\n`)

/** The places of each kind that there are too many of, below a line that says so. */
export const tooMany = (allowed: Counts, places: Places): readonly string[] =>
  Counts.keyof().options.flatMap((kind) => {
    const found = places[kind]
    const excess = `${kind}: ${found.length}, at most ${allowed[kind]}:`
    return found.length > allowed[kind] ? [excess, ...found] : []
  })

/** The counts as they are found where that is less than what is allowed. */
export const tightened = (allowed: Counts, places: Places): Counts => ({
  functionsOver40Lines: Math.min(allowed.functionsOver40Lines, places.functionsOver40Lines.length),
  duplicatedBlocks: Math.min(allowed.duplicatedBlocks, places.duplicatedBlocks.length),
  testFilesOver250Lines: Math.min(allowed.testFilesOver250Lines, places.testFilesOver250Lines.length),
})
