import type { CoverageRow } from './types.ts'

/** The statements of the document FileUpload, in its order. Those that are known from elsewhere stand in `iflytek-ost.ts`. */

const row = (area: CoverageRow['area'], item: string, meaning: string, test: string): CoverageRow => ({
  ...{ area, item, meaning, knownFrom: 'document', test },
})

interface Call {
  readonly name: string
  readonly path: string
  readonly contentType: string
  readonly sample: string
  /** What the document says of each parameter that it requires. */
  readonly required: Readonly<Record<string, string>>
  readonly hasCloudId: boolean
  /** The parameter in `data` of its answer, and what it is. */
  readonly answer: readonly [name: string, meaning: string, test: string] | null
}

const IDS = {
  request_id: 'string, required: the id of the request',
  app_id: 'string, required: the id of the application',
}
const UPLOAD_ID = { upload_id: 'string, required: the id of the upload' }
const FORM = 'multipart/form-data'
const JSON_TYPE = 'application/json'
const DOWNLOADS = 'the url of an answer downloads the file, of upload and of complete'

const CALLS: readonly Call[] = [
  {
    ...{ name: 'upload', path: '/file/upload', contentType: FORM, hasCloudId: true },
    sample: "the document's sample of upload is taken, byte for byte",
    required: { ...IDS, data: 'file, required: the file’s bytes' },
    answer: ['url', 'string: where the file is downloaded', DOWNLOADS],
  },
  {
    ...{ name: 'init', path: '/file/mpupload/init', contentType: JSON_TYPE, hasCloudId: true },
    sample: "the document's sample of init is taken",
    required: IDS,
    answer: ['upload_id', 'string: the id of the upload, which no other has', 'sid and upload_id are unique'],
  },
  {
    ...{ name: 'slice', path: '/file/mpupload/upload', contentType: FORM, hasCloudId: false },
    sample: "the document's sample of a slice is taken, and is in the file",
    required: {
      ...{ ...IDS, ...UPLOAD_ID, slice_id: 'int, required: the number of the slice' },
      data: 'file, required: the slice’s bytes',
    },
    answer: null,
  },
  {
    ...{ name: 'complete', path: '/file/mpupload/complete', contentType: JSON_TYPE, hasCloudId: false },
    sample: "the document's own sample of complete, with a comma too many, is read",
    required: { ...IDS, ...UPLOAD_ID },
    answer: ['url', 'string: where the file is downloaded', DOWNLOADS],
  },
  {
    ...{ name: 'cancel', path: '/file/mpupload/cancel', contentType: JSON_TYPE, hasCloudId: false },
    sample: "the document's sample of cancel is taken, and the upload is gone",
    required: { ...IDS, ...UPLOAD_ID },
    answer: null,
  },
]

const callRows = ({ name, path, contentType, sample }: Call): readonly CoverageRow[] => [
  row(
    'call',
    `${name}: POST https://upload-ost-api.xfyun.cn${path}`,
    'its URL and method',
    'every call is a POST at the path of the document, under the name of its host',
  ),
  row(
    'call',
    `${name}: Accept`,
    'application/json',
    'every answer is application/json, also without Accept and where that asks for something else',
  ),
  row('call', `${name}: Content-Type`, contentType, 'another Content-Type than the call has is refused'),
  row('call', `${name}: the sample of its request`, 'is taken', sample),
]

function parameterRows({ name, required, hasCloudId }: Call): readonly CoverageRow[] {
  const test = `${name}: what the document requires is 10001 where it is missing, and enough`
  const rows = Object.entries(required).map(([parameter, meaning]) =>
    row('parameter', `${name}: ${parameter}`, meaning, test),
  )
  const cloudId = row(
    'parameter',
    `${name}: cloud_id`,
    'string, optional: 0 is the public cloud',
    'cloud_id is optional, "0" is the public cloud',
  )
  return hasCloudId ? [...rows, cloudId] : rows
}

function answerRows({ name, answer }: Call): readonly CoverageRow[] {
  const test = `${name}: the answer has the parameters of the document, of their types`
  const common = [
    row('answer', `${name}: code`, 'int, 0 is success', test),
    row('answer', `${name}: message`, 'string, describes the error; success', test),
    row('answer', `${name}: sid`, 'string, the id of the session', test),
  ]
  return answer === null
    ? common
    : [...common, row('answer', `${name}: data.${answer[0]}`, answer[1], answer[2])]
}

const types: readonly CoverageRow[] = [
  row(
    'parameter',
    'parameters of type string, in JSON',
    'are strings; of request_id and cloud_id numbers, too',
    'parameters that the document calls a string are refused as anything else in JSON but a number',
  ),
  row('parameter', 'slice_id, of type int', 'is one', 'slice_id is an int'),
  row('answer', 'sid', 'no other answer has it', 'every answer has another sid'),
  row('answer', 'message of an error', 'describes it', 'message describes the error'),
  row(
    'call',
    'what uploads are for',
    'files for abilities that are not real-time',
    'a task waits, then it is done, and its result has the shape of the vendor',
  ),
]

const limits: readonly CoverageRow[] = [
  row(
    'limit',
    'number of slices',
    '1 to 10,000',
    'slices 1 and 10000 are taken, 10001 and text that is no number are not',
  ),
  row(
    'limit',
    'size of a slice, least',
    '5M, but for the last',
    'with the default minimum, a first slice of 5 MiB less one byte is refused',
  ),
  row(
    'limit',
    'size of a slice, most',
    '5G',
    'a file or slice that is announced as larger than 5 GiB is refused at once, one of 5 GiB is asked for',
  ),
  row(
    'limit',
    'size of the last slice',
    'may be below 5M',
    'with the default minimum, two slices of 5 MiB and a short last one come back',
  ),
]

export const documentRows: readonly CoverageRow[] = [
  ...CALLS.flatMap(callRows),
  ...CALLS.flatMap(parameterRows),
  ...CALLS.flatMap(answerRows),
  ...types,
  ...limits,
]
