import type { Exchange } from '../http/types.ts'
import { PlaneError } from './errors.ts'

const RANGE = /^bytes=(\d{1,15})-(\d{1,15})$/

/** Reads which bytes of its source a copy has; null for all. Throws `argument-invalid`. */
export const copyRange =
  (...names: readonly string[]) =>
  ({ request: { headers } }: Exchange): { readonly first: number; readonly last: number } | null => {
    const text = names.map((name) => headers[name]).find((value) => value !== undefined)
    if (text === undefined) return null
    const [, first, last] = RANGE.exec(String(text)) ?? []
    if (first === undefined || last === undefined || Number(first) > Number(last))
      throw new PlaneError('argument-invalid', 'the range of the source is not bytes=first-last')
    return { first: Number(first), last: Number(last) }
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
