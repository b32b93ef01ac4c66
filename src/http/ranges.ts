/** What a Range header asks of a body of `size` bytes. `end` is exclusive. */
export type RangeAnswer =
  | { readonly type: 'whole' }
  | { readonly type: 'part'; readonly start: number; readonly end: number }
  | { readonly type: 'unsatisfiable' }

const WHOLE: RangeAnswer = { type: 'whole' }
const UNSATISFIABLE: RangeAnswer = { type: 'unsatisfiable' }

/**
 * RFC 9110 §14: one byte range is answered, several or malformed ones get the whole body. A suffix range and open ends
 * are understood.
 */
export function parseRange(header: string | undefined, size: number): RangeAnswer {
  const [, set = ''] = /^bytes=(.*)$/i.exec(header ?? '') ?? []
  const specs = set
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '')
  const [, first, last] = /^(\d*)-(\d*)$/.exec(specs[0] ?? '') ?? []
  if (specs.length !== 1 || first === undefined || last === undefined) return WHOLE
  return first === '' ? suffix(last, size) : span(Number(first), last === '' ? null : Number(last), size)
}

function suffix(length: string, size: number): RangeAnswer {
  if (length === '') return WHOLE
  if (Number(length) === 0) return UNSATISFIABLE
  return size === 0 ? WHOLE : { type: 'part', start: Math.max(0, size - Number(length)), end: size }
}

function span(first: number, last: number | null, size: number): RangeAnswer {
  if (last !== null && last < first) return WHOLE
  if (first >= size) return UNSATISFIABLE
  return { type: 'part', start: first, end: last === null ? size : Math.min(last + 1, size) }
}
