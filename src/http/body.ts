import type { JsonObject } from '../core/model.ts'
import type { Exchange } from './types.ts'

/**
 * The request's body as it arrives, at most once. Ends with the fault `body-truncated` when the client goes away or the
 * framing breaks, and `timeout` when it falls silent.
 */
export function bodyStream(_exchange: Exchange): AsyncIterable<Uint8Array> {
  throw new Error('to be written')
}

/** The announced length in bytes; null for chunked bodies. No body at all is 0. */
export function announcedLength(_exchange: Exchange): number | null {
  throw new Error('to be written')
}

/** The whole body, at most `sizeMax` bytes. Faults: `body-too-large`, `body-truncated`, `timeout`. */
export function readBody(_exchange: Exchange, _sizeMax: number): Promise<Buffer> {
  throw new Error('to be written')
}

/**
 * A JSON object from UTF-8 bytes. Faults: `malformed-json` for anything else, for a key that stands twice in one object
 * and for bytes that are not UTF-8; `too-complex` below `depthMax` levels. `__proto__` is a key like any other.
 */
export function parseJsonObject(_bytes: Uint8Array, _limits?: { readonly depthMax?: number }): JsonObject {
  throw new Error('to be written')
}

/** Name-value pairs of an urlencoded form or query; `+` is a blank. Faults: `malformed-request`, `too-complex`. */
export function parsePairs(
  _text: string,
  _limits?: { readonly pairsMax?: number },
): readonly (readonly [string, string])[] {
  throw new Error('to be written')
}

/** The media type in lower case without parameters; empty when the header is missing. */
export function mediaType(_exchange: Exchange): string {
  throw new Error('to be written')
}
