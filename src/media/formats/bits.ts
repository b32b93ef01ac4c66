/** Reads bits, the highest of a byte first. Behind the end there are zeros. */
export class Bits {
  readonly #bytes: Uint8Array
  #at: number

  /** `at` in bits. */
  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes
    this.#at = at
  }

  get isOver(): boolean {
    return this.#at > this.#bytes.length * 8
  }

  /** How many bits were read. */
  get at(): number {
    return this.#at
  }

  skip(count: number): this {
    this.#at += count
    return this
  }

  take(count: number): number {
    let value = 0
    for (const end = this.#at + count; this.#at < end; this.#at++) {
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1)
    }
    return value
  }

  flag(): boolean {
    return this.take(1) === 1
  }

  /** An unsigned number in Exp-Golomb code (ISO 14496-10 §9.1). */
  unsigned(): number {
    let zeros = 0
    while (zeros < 32 && !this.isOver && this.take(1) === 0) zeros++
    return 2 ** zeros - 1 + this.take(zeros)
  }

  signed(): number {
    const code = this.unsigned()
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2
  }
}
