/** One line of a dialect's coverage table: what is served, how it is known, and the test that shows it. */
export interface CoverageRow {
  readonly area: 'call' | 'parameter' | 'answer' | 'limit' | 'error' | 'authentication' | 'grant' | 'client'
  /** As the vendor writes it: a call, `Call.parameter`, an error code. */
  readonly item: string
  readonly meaning: string
  readonly knownFrom: 'document' | 'SDK source' | 'observed' | 'inferred'
  /** The exact title of a test that fails when this is broken. */
  readonly test: string
}
