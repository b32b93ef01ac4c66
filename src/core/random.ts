export interface Random {
  bytes(count: number): Uint8Array
}

/** `size` random bytes, as lower-case hex. */
export const randomHex = (random: Random, size: number): string =>
  Buffer.from(random.bytes(size)).toString('hex')
