import { textAt, viewOf } from '../bytes.ts'

/** Values that hold others go this deep. */
const DEPTH_MAX = 8
const OBJECT_END = 9

/** The numbers in an FLV script tag `onMetaData` (AMF0), by name; as many as can be read. */
export function readMetadata(bytes: Uint8Array): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  const reader = new Amf(bytes)
  try {
    if (reader.u8() === 2 && reader.text() === 'onMetaData')
      reader.value((name, value) => numbers.set(name, value))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return numbers
}

type Tell = (name: string, value: number) => void

/** Throws RangeError behind the end. */
class Amf {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = viewOf(bytes)
  }

  u8(): number {
    return this.#view.getUint8(this.#skip(1))
  }

  text(): string {
    const length = this.#view.getUint16(this.#skip(2))
    return textAt(this.#bytes, this.#skip(length), Math.min(length, 256))
  }

  /** Reads a value and tells the numbers that an object or array has by name. */
  value(tell: Tell, name = '', depth = 0): void {
    const kind = this.u8()
    if (depth > DEPTH_MAX) throw new RangeError('values are too deep in each other')
    if (kind === 0) tell(name, this.#view.getFloat64(this.#skip(8)))
    else if (kind === 1) this.#skip(1)
    else if (kind === 2) this.#skip(this.#view.getUint16(this.#skip(2)))
    else if (kind === 12) this.#skip(this.#view.getUint32(this.#skip(4)))
    else if (kind === 11) this.#skip(10)
    else if (kind === 3 || kind === 8)
      this.#properties(kind === 8, depth === 0 ? tell : () => undefined, depth)
    else if (kind === 10) this.#list(depth)
    else if (kind !== 5 && kind !== 6) throw new RangeError('a value of an unknown kind')
  }

  #properties(hasCount: boolean, tell: Tell, depth: number): void {
    if (hasCount) this.#skip(4)
    for (;;) {
      const name = this.text()
      if (name === '' && this.#view.getUint8(this.#at) === OBJECT_END) {
        this.#skip(1)
        return
      }
      this.value(tell, name, depth + 1)
    }
  }

  #list(depth: number): void {
    const count = this.#view.getUint32(this.#skip(4))
    for (let index = 0; index < count; index++) this.value(() => undefined, '', depth + 1)
  }

  #skip(size: number): number {
    const at = this.#at
    this.#at += size
    if (this.#at > this.#bytes.length) throw new RangeError('behind the end')
    return at
  }
}
