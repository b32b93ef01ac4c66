import type { CoverageRow } from '../coverage/types.ts'

/** What is served, how it is known, and the test that shows it. */
export const rows: readonly CoverageRow[] = [
  {
    ...{
      area: 'call',
      item: 'PUT /fifth-dialect/{box}/{name}',
      meaning: 'keeps a file',
      knownFrom: 'inferred',
    },
    test: 'fifth-dialect: a file that was put comes back, whole and in ranges',
  },
  {
    ...{
      area: 'call',
      item: 'GET /fifth-dialect/{box}/{name}',
      meaning: 'gives it back',
      knownFrom: 'inferred',
    },
    test: 'fifth-dialect: a file that was put comes back, whole and in ranges',
  },
  {
    ...{
      area: 'error',
      item: '404',
      meaning: 'unknown paths, in the words of this dialect',
      knownFrom: 'inferred',
    },
    test: 'fifth-dialect: unknown paths below its own are refused in its words',
  },
  {
    ...{ area: 'limit', item: 'size', meaning: 'most bytes of one file', knownFrom: 'inferred' },
    test: 'fifth-dialect: a file above the limit is refused and leaves nothing',
  },
  {
    ...{ area: 'authentication', item: 'X-Box-Secret', meaning: "the box's secret", knownFrom: 'inferred' },
    test: 'fifth-dialect: only who knows the secret of a box is let in',
  },
]
