import type { UploadLimits } from '../../../core/model/uploads.ts'
import type { IflytekOstOptions } from '../options.ts'

/** The document's "5G", in bytes. Holds for a slice and for a file in one piece. */
export const DATA_SIZE_MAX = 5 * 1024 ** 3
/** Bytes of a form with such a file. Fields and framing add to it. */
export const FORM_SIZE_MAX = DATA_SIZE_MAX + 8 * 1024 ** 2
export const JSON_SIZE_MAX = 64 * 1024
export const SLICE_ID_MAX = 10_000

export const sliceIdMin = ({ acceptSliceZero }: Pick<IflytekOstOptions, 'acceptSliceZero'>): 0 | 1 =>
  acceptSliceZero ? 0 : 1

/** Limits of a sliced upload: 1 to 10,000 slices of 5M to 5G; the last one has any size (FileUpload, section 2). */
export const sliceLimits = (
  options: Pick<IflytekOstOptions, 'acceptSliceZero' | 'sliceSizeMin'>,
): UploadLimits => ({
  partNumberMin: sliceIdMin(options),
  partNumberMax: SLICE_ID_MAX,
  partSizeMin: options.sliceSizeMin,
  partSizeMax: DATA_SIZE_MAX,
  sizeMax: SLICE_ID_MAX * DATA_SIZE_MAX,
})
