import { memoryMb, withChildren } from './processes.ts'
import { chosenCases, chosenContenders, figuresOf, lineOf, measureOf, type Round } from './rounds.ts'
import type { Case, CaseResult, Contender, RunOptions, ScenarioResult } from './types.ts'

/**
 * As `inTurns`, but every round of a contender has a fresh server with an empty folder, which is warmed up by a smaller case: for work
 * that would fill the disk.
 */
export async function inFreshTurns<Of extends Case>(
  contenders: readonly Contender<Of>[],
  cases: readonly Of[],
  warmUp: (one: Of) => Of,
  options: RunOptions,
): Promise<ScenarioResult> {
  const { there, skipped } = await chosenContenders(contenders, options)
  const results: CaseResult[] = []
  for (const one of chosenCases(cases, options)) {
    const seen = new Map(there.map((contender) => [contender, [] as FreshRound[]]))
    for (let round = 0; round < options.rounds; round++) {
      for (const contender of round % 2 === 0 ? there : there.toReversed()) {
        const measured = await freshRound(contender, [warmUp(one), one], options)
        if (measured !== null) seen.get(contender)?.push(measured)
      }
    }
    const of = [...seen].flatMap(([{ name, syncs }, rounds]) => {
      const peak = Math.max(...rounds.map(({ peakMemoryMb }) => peakMemoryMb))
      return rounds.length === 0 ? [] : [{ name, syncs, figures: figuresOf(one, rounds, peak) }]
    })
    const result = { what: one.what, unit: one.unit, of }
    for (const { name, figures } of of) options.say(lineOf(result, name, figures))
    results.push(result)
  }
  return { cases: results, skipped, memory: [] }
}

type FreshRound = Round & { readonly peakMemoryMb: number }

async function freshRound<Of extends Case>(
  contender: Contender<Of>,
  [small, one]: readonly [Of, Of],
  options: RunOptions,
): Promise<FreshRound | null> {
  const server = await contender.open().catch((error: unknown) => {
    options.failed(`${one.what} | ${contender.name} does not start: ${error}`)
    return null
  })
  if (server === null) return null
  try {
    await measureOf(contender, server, small, 0, options)
    const round = await measureOf(contender, server, one, 1, options)
    if (round === null) return null
    return { ...round, peakMemoryMb: memoryMb(withChildren(server.pids), 'peak') }
  } finally {
    await server.stop()
  }
}
