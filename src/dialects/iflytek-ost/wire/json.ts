const COMMA = 0x2c

const BRACE = 0x7d

const BLANKS: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d])

/**
 * The JSON text without a comma before its last brace. The document's sample of `complete` has such a comma, and a copy of it has to
 * work.
 */
export function withoutTrailingComma(json: Uint8Array): Uint8Array {
  const brace = lastNonBlank(json, json.length - 1)
  const comma = json[brace] === BRACE ? lastNonBlank(json, brace - 1) : -1
  return json[comma] === COMMA ? Buffer.concat([json.subarray(0, comma), json.subarray(brace)]) : json
}

function lastNonBlank(bytes: Uint8Array, from: number): number {
  let at = from
  while (BLANKS.has(bytes[at])) at -= 1
  return at
}
