import type { Finding } from '../../core/fsck/findings.ts'
import { inUnits } from '../units.ts'
import { lineOf, REMEDIES, remedyOf } from './words.ts'

/** How a run ended. */
export interface FsckEnd {
  /** Everything was looked at. */
  readonly isComplete: boolean
  readonly parts: number
  /** That were read. */
  readonly bytes: number
  /** Where to go on. */
  readonly place?: string
}

/** Tells what was found, on standard output. */
export interface Telling {
  finding(finding: Finding): void
  /** What was mended, in a line. */
  repaired(line: string): void
  end(end: FsckEnd): void
}

export const tellingFor = (isJson: boolean): Telling => (isJson ? jsonTelling() : plainTelling())

function jsonTelling(): Telling {
  let findings = 0
  return {
    finding: (finding) => {
      findings += 1
      console.log(JSON.stringify({ type: 'finding', text: lineOf(finding), ...finding }))
    },
    repaired: (text) => console.log(JSON.stringify({ type: 'repaired', text })),
    end: (end) => console.log(JSON.stringify({ type: 'end', findings, ...end })),
  }
}

function plainTelling(): Telling {
  const kinds = new Map<ReturnType<typeof remedyOf>, number>()
  return {
    finding: (finding) => {
      const kind = remedyOf(finding)
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      console.log(lineOf(finding))
    },
    repaired: (line) => console.log(line),
    end: ({ isComplete, parts, bytes, place }) => {
      const findings = [...kinds.values()].reduce((sum, count) => sum + count, 0)
      console.log(`${parts} parts were looked at, ${inUnits(bytes)} were read, ${findings} findings`)
      for (const kind of kinds.keys()) console.log(`- ${REMEDIES[kind]}`)
      if (!isComplete)
        console.log(`not everything was looked at${place === undefined ? '' : `: --resume ${place} goes on`}`)
    },
  }
}
