import { XMLParser } from 'fast-xml-parser'
import { PlaneError } from './errors.ts'
import type { PlaneListedPart } from './types.ts'

/** Deeper than any body that is right. */
const DEPTH_MAX = 8
const NUMBER_MAX = 10_000
/** Quotes around an ETag, single or double, as they are or escaped, and as many as there are. */
const QUOTES = ['"', "'", '&quot;', '&apos;', '&#0*(?:34|39);', '&#x0*2[27];'].join('|')
const AROUND = `(?:\\s|${QUOTES})+`
const IS_AROUND = new RegExp(`^${AROUND}$`, 'i')
/** Runs of blanks and quotes, and what is between them. */
const PIECES = new RegExp(`${AROUND}|[^\\s"'&]+|&`, 'gi')
/** Characters of an ETag as it is sent, its quotes included. */
const ETAG_LENGTH_MAX = 256

const PARSER = new XMLParser({
  processEntities: false,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  removeNSPrefix: true,
  parseTagValue: false,
  maxNestedTags: DEPTH_MAX,
  jPath: false,
  isArray: (name) => name === 'Part',
})

/**
 * The parts that the body of a complete lists, in the shape that all clouds took over from S3: `<CompleteMultipartUpload>` of
 * `<Part>`s with `<PartNumber>` and `<ETag>`. Entities are not replaced. Throws `xml-malformed` for any other body and for no
 * part at all or an ETag of more than 256 characters, `argument-invalid` for numbers out of 1 to 10,000, `part-order-invalid`
 * for numbers that do not ascend.
 */
export function readCompleteXml(body: Uint8Array): readonly PlaneListedPart[] {
  const listed = field(parse(body), 'CompleteMultipartUpload')
  const parts = field(listed, 'Part')
  if (!Array.isArray(parts)) throw malformed('no parts are listed')
  const read = parts.map(readPart)
  if (read.some(({ number }, index) => number <= (read[index - 1]?.number ?? 0)))
    throw new PlaneError('part-order-invalid', 'the numbers of the listed parts do not ascend')
  return read
}

function parse(body: Uint8Array): unknown {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()
  if (/<!doctype/i.test(text)) throw malformed('a document type is not taken')
  try {
    return PARSER.parse(text, true)
  } catch {
    throw malformed('the body is not well-formed')
  }
}

function readPart(part: unknown): PlaneListedPart {
  const [number, etag] = [field(part, 'PartNumber'), field(part, 'ETag')]
  if (typeof number !== 'string' || typeof etag !== 'string' || !/^\d{1,9}$/.test(number))
    throw malformed('a part has no number or no ETag')
  if (etag.length > ETAG_LENGTH_MAX) throw malformed('an ETag is too long')
  if (Number(number) < 1 || Number(number) > NUMBER_MAX)
    throw new PlaneError('argument-invalid', 'a part number is not within 1 to 10000')
  return { number: Number(number), etag: withoutQuotes(etag).toLowerCase() }
}

/** Each character is read once: a search for the blanks at the end would begin anew at each blank. */
function withoutQuotes(etag: string): string {
  const pieces = etag.match(PIECES) ?? []
  const isInside = (index: number) => index > 0 && index < pieces.length - 1
  return pieces.filter((piece, index) => isInside(index) || !IS_AROUND.test(piece)).join('')
}

function field(value: unknown, name: string): unknown {
  const isContainer = typeof value === 'object' && value !== null && Object.hasOwn(value, name)
  return isContainer ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}

const malformed = (message: string): PlaneError => new PlaneError('xml-malformed', message)
