import { NAME_LENGTH_MAX } from '../model/trees.ts'

/**
 * The `number`-th other name for a taken one: `a.b.mp3` becomes `a.b (1).mp3`; a directory `a.b` becomes `a.b (1)`. If the
 * result is too long, the part before the number is cut. If the extension leaves no room for that part, it counts as part of
 * the name.
 */
export function numberedName(name: string, isDirectory: boolean, number: number): string {
  const dot = name.lastIndexOf('.')
  const stemEnd = isDirectory || dot < 1 ? name.length : dot
  const end = ` (${number})${name.slice(stemEnd)}`
  const room = NAME_LENGTH_MAX - [...end].length
  if (room < 1) return numberedName(name, true, number)
  return [...name.slice(0, stemEnd)].slice(0, room).join('') + end
}

/** Below 0 if `a` stands before `b`. Names are ordered byte by byte in UTF-8. */
export const compareNames = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

const LAST_CODE_POINT = 0x10ffff
const BEFORE_SURROGATES = 0xd7ff
const AFTER_SURROGATES = 0xe000

/** The first text after all texts that begin with `prefix`; null if there is none. */
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
