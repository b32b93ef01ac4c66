import { breathe } from '../core/slices.ts'
import { PlaneError } from './errors.ts'
import type { PlaneListedPart } from './types.ts'
import { malformed, type XmlToken, xmlTokens } from './xml-tokens.ts'

const NUMBER_MAX = 10_000
/** Quotes around an ETag, single or double, as they are or escaped, and as many as there are. */
const QUOTES = ['"', "'", '&quot;', '&apos;', '&#0*(?:34|39);', '&#x0*2[27];'].join('|')
const AROUND = `(?:\\s|${QUOTES})+`
const IS_AROUND = new RegExp(`^${AROUND}$`, 'i')
/** Runs of blanks and quotes, and what is between them. */
const PIECES = new RegExp(`${AROUND}|[^\\s"'&]+|&`, 'gi')
/** Characters of an ETag as it is sent, its quotes included. */
const ETAG_LENGTH_MAX = 256
/** Characters of a field, before its blanks are taken off. */
const FIELD_LENGTH_MAX = 4096
/** Tokens that are read in one turn of the main thread: some milliseconds. */
const TURN = 5_000

/**
 * The parts that the body of a complete lists, in the shape that all clouds took over from S3: `<CompleteMultipartUpload>` of
 * `<Part>`s with `<PartNumber>` and `<ETag>`. Entities are not replaced. Throws `xml-malformed` for any other body and for no
 * part at all or an ETag of more than 256 characters, `argument-invalid` for numbers out of 1 to 10,000, `part-order-invalid`
 * for numbers that do not ascend. Lets others come in between.
 */
export async function readCompleteXml(body: Uint8Array): Promise<readonly PlaneListedPart[]> {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()
  const reader = new CompleteReader()
  let count = 0
  for (const token of xmlTokens(text)) {
    reader.take(token)
    count += 1
    if (count % TURN === 0) await breathe()
  }
  return reader.parts()
}

const LIST = 'CompleteMultipartUpload'
const FIELDS = ['PartNumber', 'ETag']
/** What else is read of a part. */
const CHECKSUM = /^Checksum[A-Z0-9]{3,9}$/

/** Takes the list from its tokens. */
class CompleteReader {
  readonly #parts: PlaneListedPart[] = []
  readonly #open: string[] = []
  /** Of the part that is being read. */
  #fields = new Map<string, string>()
  #text = ''

  take(token: XmlToken): void {
    switch (token.kind) {
      case 'open':
        this.#open.push(token.name)
        this.#begin()
        return
      case 'text':
        if (this.#isInField()) this.#add(token.text)
        return
      case 'close':
        this.#end()
        this.#open.pop()
    }
  }

  parts(): readonly PlaneListedPart[] {
    if (this.#parts.length === 0) throw malformed('no parts are listed')
    return this.#parts
  }

  #begin(): void {
    if (this.#open.length === 2) this.#fields = new Map()
    if (this.#isInField()) this.#text = ''
    const isInside = this.#open.length > 3 && isField(this.#open[2])
    if (this.#isInPart() && isInside) throw malformed('a field of a part has fields')
  }

  #add(text: string): void {
    this.#text += text
    if (this.#text.length > FIELD_LENGTH_MAX) throw malformed('a field of a part is too long')
  }

  #end(): void {
    if (this.#isInField()) {
      const [, , name = ''] = this.#open
      if (this.#fields.has(name)) throw malformed('a field of a part stands twice')
      this.#fields.set(name, this.#text.trim())
    } else if (this.#open.length === 2 && this.#isInPart()) {
      this.#push(readPart(this.#fields))
    }
  }

  #push(part: PlaneListedPart): void {
    if (part.number <= (this.#parts.at(-1)?.number ?? 0))
      throw new PlaneError('part-order-invalid', 'the numbers of the listed parts do not ascend')
    this.#parts.push(part)
  }

  #isInPart(): boolean {
    return this.#open[0] === LIST && this.#open[1] === 'Part'
  }

  #isInField(): boolean {
    return this.#open.length === 3 && this.#isInPart() && isField(this.#open[2])
  }
}

const isField = (name = ''): boolean => FIELDS.includes(name) || CHECKSUM.test(name)

function readPart(fields: ReadonlyMap<string, string>): PlaneListedPart {
  const number = fields.get('PartNumber')
  const etag = fields.get('ETag')
  if (number === undefined || etag === undefined || !/^\d{1,9}$/.test(number))
    throw malformed('a part has no number or no ETag')
  if (etag.length > ETAG_LENGTH_MAX) throw malformed('an ETag is too long')
  if (Number(number) < 1 || Number(number) > NUMBER_MAX)
    throw new PlaneError('argument-invalid', 'a part number is not within 1 to 10000', {
      argument: 'PartNumber',
      value: number,
    })
  const checksums = Object.fromEntries([...fields].filter(([name]) => !FIELDS.includes(name)))
  return {
    ...{ number: Number(number), etag: withoutQuotes(etag).toLowerCase() },
    ...(Object.keys(checksums).length === 0 ? {} : { checksums }),
  }
}

/** Each character is read once: a search for the blanks at the end would begin anew at each blank. */
function withoutQuotes(etag: string): string {
  const pieces = etag.match(PIECES) ?? []
  const isInside = (index: number) => index > 0 && index < pieces.length - 1
  return pieces.filter((piece, index) => isInside(index) || !IS_AROUND.test(piece)).join('')
}
