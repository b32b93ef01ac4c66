import { type Found, type RunOptions, withPair } from './run.ts'
import { shrunk } from './shrink.ts'

/** What the stores differ in and how to come upon it again, for people to read. */
export function summaryOf(
  { seed, commands, stores = 'bare' }: RunOptions,
  { history, difference }: Found,
): string {
  const { what, steps, texts } = difference
  return [
    `the stores part over ${what}, at command ${steps.length} of history ${history}`,
    `replay: npm run differential -- --seed ${seed} --commands ${commands} --only ${history} --stores ${stores}`,
    `last: ${JSON.stringify(steps.at(-1))}`,
    `one:   ${texts[0]}`,
    `other: ${texts[1]}`,
  ].join('\n')
}

/** A short history that shows the same. */
export async function shortHistoryOf(options: RunOptions, { difference }: Found): Promise<string> {
  const { steps, texts } = await withPair(options, (pair) => shrunk(pair, difference))
  return [
    `the same in ${steps.length} commands:`,
    ...steps.map(({ at, name, command }) => `${at} ${name} ${JSON.stringify(command)}`),
    `one:   ${texts[0]}`,
    `other: ${texts[1]}`,
  ].join('\n')
}
