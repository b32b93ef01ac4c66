import type { PlaneArgument } from '../errors.ts'

const TEXTS: ReadonlyMap<string, string> = new Map([
  ['partNumber', 'Part number must be an integer between 1 and 10000, inclusive.'],
  ['PartNumber', 'PartNumber must be >= 1'],
  ['upload-id-marker', 'Invalid uploadId marker'],
])

/** What S3 says of an argument that cannot be used. All others are numbers. */
export function argumentText({ argument, value }: PlaneArgument): string {
  const text = TEXTS.get(argument)
  if (text !== undefined) return text
  return /^-?\d+$/.test(value)
    ? `Argument ${value} must be an integer between 0 and 2147483647`
    : `Provided ${value} not an integer or within integer range`
}
