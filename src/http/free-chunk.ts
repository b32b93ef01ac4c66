/** Less is left to the garbage collector. */
const FREED_SIZE_MIN = 4 * 1024

/**
 * Frees a chunk's memory, if nothing else lies in it. It must not be used any more. Left to the garbage collector, what a body leaves
 * behind has it go through the whole heap many times a second, and every chunk comes in memory that no cache has.
 */
export function freeChunk({ buffer, byteLength }: Uint8Array): void {
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
  if (isWhole && byteLength >= FREED_SIZE_MIN) buffer.transfer(0)
}
