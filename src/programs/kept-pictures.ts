/** Pictures that were made, as long as there is room for them: those that were asked for last. */
export class KeptPictures {
  readonly #sizeMax: number
  readonly #pictures = new Map<string, Uint8Array>()
  #size = 0

  /** `sizeMax` are bytes of all of them. */
  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax
  }

  find(key: string): Uint8Array | null {
    const picture = this.#pictures.get(key)
    if (picture === undefined) return null
    this.#pictures.delete(key)
    this.#pictures.set(key, picture)
    return picture
  }

  keep(key: string, picture: Uint8Array): void {
    this.#remove(key)
    if (picture.byteLength > this.#sizeMax) return
    this.#pictures.set(key, picture)
    this.#size += picture.byteLength
    for (const oldest of this.#pictures.keys()) {
      if (this.#size <= this.#sizeMax) return
      this.#remove(oldest)
    }
  }

  #remove(key: string): void {
    this.#size -= this.#pictures.get(key)?.byteLength ?? 0
    this.#pictures.delete(key)
  }
}
