import type { DigestName, Digests, Staged } from '../core/model/bytes.ts'
import type { Exchange, Reply } from '../http/types.ts'
import type { FindPlaneKey, PlaneSigner } from './signer.ts'
import type { PlaneTarget } from './target.ts'

/** A form's fields that stand before its file, by lower-case name. */
export type PlaneFields = ReadonlyMap<string, string>

/** A form, its key with the file's name filled in, and the bucket that the host names; null where it names none. */
export interface PlaneForm {
  readonly fields: PlaneFields
  readonly key: string
  readonly bucket: string | null
}

/** What a form's signed fields allow. */
export interface PlaneFormClaim {
  readonly signer: PlaneSigner
  /** Of the file; both in bytes, inclusive. */
  readonly sizeMin: number
  readonly sizeMax: number
  /** Bytes a second that the client asks for; null for no limit. */
  readonly trafficLimit: number | null
  /** Where the sender is sent afterwards: `signedRedirect` in `policy.ts`. Null for nowhere. */
  readonly redirect: string | null
}

/** What became of a form. */
export interface PlaneFormResult extends Pick<PlaneFormClaim, 'redirect'> {
  readonly target: PlaneTarget
  readonly key: string
  readonly etag: string
  readonly digests: Digests
}

/** How a cloud takes an object by an HTML form (POST of multipart/form-data). */
export interface PlaneFormFlavour {
  /** Of the field whose content is the object. */
  readonly fileField: string
  /** Digests to compute of its file beside the flavour's. Default none. Throws PlaneError. */
  digestsOf?(fields: PlaneFields): readonly DigestName[]
  /** Who signed the form and what its policy allows, before a byte of the file is taken. Throws PlaneError. */
  authenticate(form: PlaneForm, findKey: FindPlaneKey): PlaneFormClaim
  /** The answer to a form whose file is kept, common headers included. */
  success(exchange: Exchange, fields: PlaneFields, result: PlaneFormResult): Reply
}

export interface PlaneFormNamespace {
  /** Patterns of the paths that forms are posted to: `/`. */
  readonly paths: readonly string[]
  /** The bucket in the path that a form is posted to, where no host names one. Default: none is there. */
  bucketIn?(path: string): string | null
  /** Keeps a form's file. Takes over `staged`, also when it fails. `fields` are those before the file. */
  write(target: PlaneTarget, staged: Staged, contentType: string | null, fields: PlaneFields): Promise<void>
}
