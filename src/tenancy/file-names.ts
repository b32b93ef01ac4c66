import { createHash } from 'node:crypto'

/** What may stand in a name of a file as it is. All else is written as the % and hexadecimal digits of its UTF-8. */
const PLAIN = /[\p{L}\p{M}\p{N} ._()+,=@~^[\]{}'!$&;#-]/u
/** Names that some system keeps for itself. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i
/** Most bytes of a name. Systems take 255. */
const BYTES_MAX = 180

/**
 * Gives files names that people can read: no two the same, not even where capitals do not count, none a folder of another, none outside of
 * the folder, whatever the ways have in them. The same ways in the same order get the same names.
 */
export class FileNames {
  readonly #files = new Set<string>()
  readonly #folders = new Set<string>()

  /** The path for a way, names between slashes. */
  claim(way: readonly string[]): string {
    const names = way.map(safeName)
    let path = ''
    for (const name of names.slice(0, -1)) {
      path = free(path, name, (at) => this.#files.has(at))
      this.#folders.add(folded(path))
    }
    path = free(path, names.at(-1) ?? '_', (at) => this.#files.has(at) || this.#folders.has(at))
    this.#files.add(folded(path))
    return path
  }
}

const folded = (path: string): string => path.normalize('NFC').toLowerCase()

function free(folder: string, name: string, isTaken: (path: string) => boolean): string {
  const base = folder === '' ? name : `${folder}/${name}`
  let path = base
  for (let count = 2; isTaken(folded(path)); count += 1) path = `${base}~${count}`
  return path
}

function safeName(name: string): string {
  const text = Array.from(name.toWellFormed(), (one) => (PLAIN.test(one) ? one : escaped(one))).join('')
  const named = /^\.{0,2}$/.test(text) || RESERVED.test(text) || /[. ]$/.test(text) ? `${text}_` : text
  if (Buffer.byteLength(named) <= BYTES_MAX) return named
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16)
  return `${cut(named, BYTES_MAX - 17)}~${digest}`
}

const escaped = (text: string): string =>
  Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('')

/** At most so many bytes of a text, and no half characters. */
function cut(text: string, bytes: number): string {
  let [kept, size] = ['', 0]
  for (const one of text) {
    size += Buffer.byteLength(one)
    if (size > bytes) break
    kept += one
  }
  return kept
}
