import { NAME_LENGTH_MAX } from '../model/trees.ts'

/**
 * The `number`-th other name for a taken one: `a.b.mp3` becomes `a.b (1).mp3`; a directory `a.b` becomes `a.b (1)`. What
 * comes before the number is cut where the whole would be longer than names may be; an extension that leaves no room for
 * anything before it is taken for a part of the name.
 */
export function numberedName(name: string, isDirectory: boolean, number: number): string {
  const dot = name.lastIndexOf('.')
  const stemEnd = isDirectory || dot < 1 ? name.length : dot
  const end = ` (${number})${name.slice(stemEnd)}`
  const room = NAME_LENGTH_MAX - [...end].length
  if (room < 1) return numberedName(name, true, number)
  return [...name.slice(0, stemEnd)].slice(0, room).join('') + end
}

/** Below 0 where `a` stands before `b`: byte by byte in UTF-8, as names are ordered everywhere. */
export const compareNames = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

const LAST_CODE_POINT = 0x10ffff
const BEFORE_SURROGATES = 0xd7ff
const AFTER_SURROGATES = 0xe000

/** The first text after all that begin with `prefix`; null where none is. */
export function afterPrefix(prefix: string): string | null {
  const characters = Array.from(prefix.toWellFormed())
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const code = last.codePointAt(0) ?? LAST_CODE_POINT
    if (code === LAST_CODE_POINT) continue
    const next = code === BEFORE_SURROGATES ? AFTER_SURROGATES : code + 1
    return characters.join('') + String.fromCodePoint(next)
  }
  return null
}
