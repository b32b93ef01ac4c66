import { InvalidArgumentError } from 'commander'

/** Bytes a second of a flag that takes megabytes; 0 is no limit. Throws commander's InvalidArgumentError. */
export function rateOf(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text))
    throw new InvalidArgumentError('A number of megabytes a second is accepted.')
  return Number(text) * 1_000_000
}
