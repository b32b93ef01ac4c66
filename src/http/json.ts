import type { Json, JsonObject } from '../core/model/json.ts'
import { RequestFault } from './faults.ts'

export interface JsonLimits {
  /** Levels of objects and lists; default 32. */
  readonly depthMax?: number
  /** Values, those within objects and lists included; default 16,000, which 1000 items of a batch stay well below. */
  readonly valuesMax?: number
}

const DEPTH_MAX = 32
/** So many are read in some milliseconds. */
const VALUES_MAX = 16_000

/**
 * A JSON object (RFC 8259) from UTF-8 bytes, with or without a byte order mark. Faults: `malformed-json` for anything
 * else, for a key that stands twice in one object, for numbers out of range and for bytes or escapes that are no Unicode
 * text; `too-complex` beyond the limits. `__proto__` is a key like any other.
 */
export function parseJsonObject(bytes: Uint8Array, limits: JsonLimits = {}): JsonObject {
  return new Parser(decode(bytes), limits).parse()
}

/** As `parseJsonObject`, for any JSON value. */
export function parseJson(bytes: Uint8Array, limits: JsonLimits = {}): Json {
  return new Parser(decode(bytes), limits).parseAny()
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new RequestFault('malformed-json', 'the body is not UTF-8', error)
  }
}

/** A string without escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: strings must not have them
const PLAIN = /"[^"\\\x00-\x1f]*"/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const LITERALS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const

class Parser {
  readonly #text: string
  readonly #depthMax: number
  #valuesLeft: number
  #at = 0

  constructor(text: string, { depthMax = DEPTH_MAX, valuesMax = VALUES_MAX }: JsonLimits) {
    this.#text = text
    this.#depthMax = depthMax
    this.#valuesLeft = valuesMax
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
    this.#valuesLeft -= 1
    if (this.#valuesLeft < 0) throw new RequestFault('too-complex', 'the JSON has too many values')
    this.#skipSpace()
    switch (this.#text[this.#at]) {
      case '{':
        this.#at += 1
        return this.#object(depth + 1)
      case '[':
        this.#at += 1
        return this.#array(depth + 1)
      case '"':
        return this.#string()
      case 't':
      case 'f':
      case 'n':
        return this.#literal()
      default:
        return this.#number()
    }
  }

  #literal(): boolean | null {
    for (const [word, value] of LITERALS) if (this.#take(word)) return value
    throw noValue()
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
    PLAIN.lastIndex = this.#at
    if (!PLAIN.test(this.#text)) return this.#escapedString()
    const text = this.#text.slice(this.#at + 1, PLAIN.lastIndex - 1)
    this.#at = PLAIN.lastIndex
    return text
  }

  #escapedString(): string {
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
    if (digits === undefined) throw noValue()
    this.#at += digits.length
    const value = Number(digits)
    if (!Number.isFinite(value)) throw malformed('a number is out of range')
    return value
  }

  #checkDepth(depth: number): void {
    if (depth > this.#depthMax) throw new RequestFault('too-complex', 'the JSON has too many levels')
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at += 1
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

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

function parseString(literal: string): string {
  try {
    return JSON.parse(literal)
  } catch {
    throw malformed('a string holds what it must not')
  }
}

const noValue = (): RequestFault => malformed('a value is missing or unknown')
const malformed = (message: string): RequestFault => new RequestFault('malformed-json', message)
