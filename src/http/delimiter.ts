/** What the runtime finds by its fastest search: longer text costs three times as much. */
const BEGIN_LENGTH = 7
/** After so many that only began like it, the whole is looked for: bytes that a client makes up cost no more than any others. */
const FALSE_BEGINS_MAX = 16

/** What is looked for in one piece of bytes after the other. */
export class Delimiter {
  readonly bytes: Buffer
  readonly #begin: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.#begin = bytes.subarray(0, BEGIN_LENGTH)
  }

  /** Where it first stands as a whole; -1 where it does not. */
  indexIn(content: Buffer): number {
    let at = -1
    for (let count = 0; count < FALSE_BEGINS_MAX; count++) {
      at = content.indexOf(this.#begin, at + 1)
      if (at === -1 || content.subarray(at, at + this.bytes.length).equals(this.bytes)) return at
    }
    return content.indexOf(this.bytes, at)
  }
}
