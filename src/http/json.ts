import type { Json, JsonObject } from '../core/model/json.ts'
import { RequestFault } from './faults.ts'

const DEPTH_MAX = 32

/**
 * A JSON object (RFC 8259) from UTF-8 bytes, with or without a byte order mark. Faults: `malformed-json` for anything
 * else, for a key that stands twice in one object, for numbers out of range and for bytes or escapes that are no Unicode
 * text; `too-complex` below `depthMax` levels (default 32). `__proto__` is a key like any other.
 */
export function parseJsonObject(bytes: Uint8Array, limits?: { readonly depthMax?: number }): JsonObject {
  return new Parser(decode(bytes), limits?.depthMax ?? DEPTH_MAX).parse()
}

/** As `parseJsonObject`, for any JSON value. */
export function parseJson(bytes: Uint8Array, limits?: { readonly depthMax?: number }): Json {
  return new Parser(decode(bytes), limits?.depthMax ?? DEPTH_MAX).parseAny()
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new RequestFault('malformed-json', 'the body is not UTF-8', error)
  }
}

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const LITERALS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const

class Parser {
  readonly #text: string
  readonly #depthMax: number
  #at = 0

  constructor(text: string, depthMax: number) {
    this.#text = text
    this.#depthMax = depthMax
  }

  parse(): JsonObject {
    this.#skipSpace()
    if (!this.#take('{')) throw malformed('the body is not a JSON object')
    const value = this.#object(1)
    this.#skipSpace()
    if (this.#at !== this.#text.length) throw malformed('something follows the JSON object')
    return value
  }

  parseAny(): Json {
    const value = this.#value(0)
    this.#skipSpace()
    if (this.#at !== this.#text.length) throw malformed('something follows the JSON value')
    return value
  }

  #value(depth: number): Json {
    this.#skipSpace()
    if (this.#take('{')) return this.#object(depth + 1)
    if (this.#take('[')) return this.#array(depth + 1)
    if (this.#text[this.#at] === '"') return this.#string()
    for (const [word, value] of LITERALS) if (this.#take(word)) return value
    return this.#number()
  }

  #object(depth: number): JsonObject {
    this.#checkDepth(depth)
    const members = new Map<string, Json>()
    this.#skipSpace()
    if (this.#take('}')) return {}
    do {
      this.#skipSpace()
      const key = this.#string()
      if (members.has(key)) throw malformed('a key stands twice in one object')
      this.#skipSpace()
      this.#expect(':')
      members.set(key, this.#value(depth))
      this.#skipSpace()
    } while (this.#take(','))
    this.#expect('}')
    return Object.fromEntries(members)
  }

  #array(depth: number): Json[] {
    this.#checkDepth(depth)
    const items: Json[] = []
    this.#skipSpace()
    if (this.#take(']')) return items
    do {
      items.push(this.#value(depth))
      this.#skipSpace()
    } while (this.#take(','))
    this.#expect(']')
    return items
  }

  #string(): string {
    const start = this.#at
    this.#expect('"')
    let end = this.#text.indexOf('"', this.#at)
    while (end !== -1 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1)
    if (end === -1) throw malformed('a string does not end')
    this.#at = end + 1
    const text = parseString(this.#text.slice(start, end + 1))
    if (!text.isWellFormed()) throw malformed('a string holds half of a surrogate pair')
    return text
  }

  /** Whether an odd number of backslashes stands before. */
  #isEscaped(at: number): boolean {
    let start = at
    while (this.#text[start - 1] === '\\') start -= 1
    return (at - start) % 2 === 1
  }

  #number(): number {
    NUMBER.lastIndex = this.#at
    const [digits] = NUMBER.exec(this.#text) ?? []
    if (digits === undefined) throw malformed('a value is missing or unknown')
    this.#at += digits.length
    const value = Number(digits)
    if (!Number.isFinite(value)) throw malformed('a number is out of range')
    return value
  }

  #checkDepth(depth: number): void {
    if (depth > this.#depthMax) throw new RequestFault('too-complex', 'the JSON has too many levels')
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at
    SPACE.test(this.#text)
    this.#at = SPACE.lastIndex
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false
    this.#at += token.length
    return true
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw malformed(`${token} is missing`)
  }
}

function parseString(literal: string): string {
  try {
    return JSON.parse(literal)
  } catch {
    throw malformed('a string holds what it must not')
  }
}

const malformed = (message: string): RequestFault => new RequestFault('malformed-json', message)
