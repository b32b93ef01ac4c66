import type { Exchange } from '../http/types.ts'
import { PlaneError } from './errors.ts'

const RANGE = /^bytes=(\d{1,15})-(\d{0,15})$/
/** What stands for the last byte of the source where a range is open. */
export const TO_THE_END: number = Number.MAX_SAFE_INTEGER

/** Reads which bytes of its source a copy has; null for all. A range may be open at its end. Throws `argument-invalid`. */
export const copyRange =
  (...names: readonly string[]) =>
  ({ request: { headers } }: Exchange): { readonly first: number; readonly last: number } | null => {
    const text = names.map((name) => headers[name]).find((value) => value !== undefined)
    if (text === undefined) return null
    const [, from, to] = RANGE.exec(String(text)) ?? []
    const [first, last] = [Number(from), to === '' ? TO_THE_END : Number(to)]
    if (!(first <= last))
      throw new PlaneError('argument-invalid', 'the range of the source is not bytes=first-last')
    return { first, last }
  }

/** For clouds whose PUTs keep nothing beside the bytes. Throws `argument-invalid` for a directive that none of them has. */
export const readsNoDetails =
  (...prefixes: readonly string[]) =>
  ({ request: { headers } }: Exchange): null => {
    for (const prefix of prefixes) {
      const directive = String(headers[`${prefix}metadata-directive`] ?? 'COPY')
      if (!/^(copy|replace|replaced|replace_new)$/i.test(directive))
        throw new PlaneError('argument-invalid', 'the directive of metadata is not known')
    }
    return null
  }
