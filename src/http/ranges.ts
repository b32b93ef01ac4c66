/** What a Range header asks of a body of `size` bytes. `end` is exclusive. */
export type RangeAnswer =
  | { readonly type: 'whole' }
  | { readonly type: 'part'; readonly start: number; readonly end: number }
  | { readonly type: 'unsatisfiable' }

/**
 * RFC 9110 §14: one byte range is answered, several or malformed ones get the whole body. A suffix range and open ends
 * are understood.
 */
export function parseRange(_header: string | undefined, _size: number): RangeAnswer {
  throw new Error('to be written')
}
