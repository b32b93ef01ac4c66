/** CRC-64/XZ (ECMA-182 reflected), as object stores give it: unsigned decimal. */
export class Crc64 {
  update(_chunk: Uint8Array): void {
    throw new Error('to be written')
  }

  /** The CRC of all bytes so far, as unsigned decimal text. */
  digest(): string {
    throw new Error('to be written')
  }

  /** The CRC of A followed by B, from their CRCs (decimal text) and B's length in bytes. */
  static combine(_crcA: string, _crcB: string, _sizeB: number): string {
    throw new Error('to be written')
  }
}
