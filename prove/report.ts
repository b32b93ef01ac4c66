import type { Result } from './run.ts'

/** For people: a line, and below it what failed. */
export function linesOf(result: Result): readonly string[] {
  const { name, verdict, seed, seconds, counts, failures, failureCount, reason } = result
  const told = Object.entries(counts).map(([what, count]) => `${count.toLocaleString('en')} ${what}`)
  const what = reason ?? told.join(', ')
  const left = failureCount - failures.length
  return [
    `${verdict.padEnd(8)} ${name.padEnd(10)} ${what} (seed ${seed}, ${seconds} s)`,
    ...failures.flatMap(({ what, details }) => [`  ${what}`, ...detailLines(details)]),
    ...(left > 0 ? [`  and ${left} more failures`] : []),
  ]
}

/** The last line of a run. */
export function sumOf(results: readonly Result[]): string {
  const count = (verdict: Result['verdict']) => results.filter((each) => each.verdict === verdict).length
  const more = [
    ...(count('not made') > 0 ? [`, ${count('not made')} could not be made here`] : []),
    ...(count('stopped') > 0 ? [`, ${count('stopped')} stopped`] : []),
  ]
  return `${count('passed')} passed, ${count('FAILED')} failed${more.join('')}`
}

function detailLines(details: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(details).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return `    ${name}: ${text.replaceAll('\n', '\n      ')}`
  })
}
