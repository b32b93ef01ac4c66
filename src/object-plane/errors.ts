/** What went wrong on the plane, in terms every object store shares. Flavours render each exhaustively. */
export type PlaneErrorCode =
  | 'access-denied'
  | 'url-expired'
  | 'signature-mismatch'
  | 'signature-malformed'
  | 'algorithm-unsupported'
  | 'expires-invalid'
  | 'expires-too-long'
  | 'clock-skew'
  | 'access-key-unknown'
  | 'no-such-bucket'
  | 'no-such-key'
  /** Of a part: its upload is unknown, or takes no more bytes. */
  | 'no-such-upload'
  | 'key-invalid'
  | 'digest-invalid'
  /** A header or query value that cannot be used. */
  | 'argument-invalid'
  /** A body that is no XML of the kind asked for. */
  | 'xml-malformed'
  /** Listed parts do not stand in ascending order of number. */
  | 'part-order-invalid'
  /** A form that lacks a field or its file, or has a field twice. */
  | 'form-malformed'
  /** A form's policy that cannot be read. */
  | 'policy-malformed'
  /** A form that is not what its policy allows. */
  | 'policy-refused'
  /** Fewer bytes than a form's policy asks for. */
  | 'body-too-small'
  | 'precondition-failed'
  /** A copy of an object onto itself that changes nothing. */
  | 'copy-onto-itself'
  /** The object has no part of that number. */
  | 'part-not-there'
  /** Headers of the answer are asked for by whoever signed nothing. */
  | 'overrides-unsigned'
  /** A range and a part are asked for at once. */
  | 'range-and-part'
  /** A body in chunks whose framing is not right. */
  | 'chunks-malformed'
  /** The account has a bucket of that name. */
  | 'bucket-exists'
  /** Nobody can make a bucket of that name: it is another's. */
  | 'bucket-name-taken'
  | 'bucket-name-invalid'
  | 'range-not-satisfiable'
  /** The request asks for something object stores have but the plane does not, e.g. a copy or a sub-resource. */
  | 'not-implemented'

/** What a client sent that cannot be used. */
export interface PlaneArgument {
  readonly argument: string
  readonly value: string
}

export class PlaneError extends Error {
  override readonly name = 'PlaneError'
  readonly code: PlaneErrorCode
  readonly argument: PlaneArgument | null

  constructor(code: PlaneErrorCode, message: string, argument: PlaneArgument | null = null) {
    super(message)
    this.code = code
    this.argument = argument
  }
}

export const notSigned = (): PlaneError =>
  new PlaneError('signature-mismatch', 'the signature is not that of the request')

/** A security token that nothing of ours made, or that is another key's. It is told as `access-denied`. */
export class ForeignTokenError extends PlaneError {
  constructor(message: string) {
    super('access-denied', message)
  }
}

/** The same value for what goes wrong with buckets that clients make, and with bodies in chunks: for clouds that take neither. */
export const forBucketCodes = <Value>(value: Value) => ({
  'chunks-malformed': value,
  'part-not-there': value,
  'range-and-part': value,
  'overrides-unsigned': value,
  'copy-onto-itself': value,
  'bucket-exists': value,
  'bucket-name-taken': value,
  'bucket-name-invalid': value,
})
