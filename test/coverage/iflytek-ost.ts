import type { CoverageRow } from './types.ts'

type Row = readonly [item: string, meaning: string, knownFrom: CoverageRow['knownFrom'], test: string]

const area = (name: CoverageRow['area'], list: readonly Row[]): readonly CoverageRow[] =>
  list.map(([item, meaning, knownFrom, test]) => ({ area: name, item, meaning, knownFrom, test }))

const calls: readonly Row[] = [
  [
    'POST /file/upload',
    'takes a whole file',
    'document',
    'POST /file/upload answers code, sid, data.url, message',
  ],
  [
    'POST /file/mpupload/init',
    'begins a sliced upload',
    'document',
    'POST /file/mpupload/init answers code, sid, data.upload_id, message',
  ],
  [
    'POST /file/mpupload/upload',
    'takes one slice',
    'document',
    'POST /file/mpupload/upload answers code, sid, message without data',
  ],
  [
    'POST /file/mpupload/complete',
    'joins the slices and makes the file',
    'document',
    'POST /file/mpupload/complete answers code, sid, data.url, message',
  ],
  [
    'POST /file/mpupload/cancel',
    'gives a sliced upload up',
    'document',
    'POST /file/mpupload/cancel answers code, sid, message without data',
  ],
  ['complete, again', 'answers the first url', 'inferred', 'a repeated complete answers the same url'],
  [
    'complete, again after a crash',
    'answers the first url',
    'inferred',
    'slices that were answered survive kill -9, and so do the file and its url',
  ],
  ['cancel, again', 'succeeds', 'inferred', 'a repeated cancel succeeds'],
  [
    'slice, again',
    'replaces the one before',
    'inferred',
    'a slice that is sent again replaces the one before',
  ],
  [
    'slices in any order and in parallel',
    'joined in order of number',
    'inferred',
    'slices out of order and in parallel are joined in order of number',
  ],
  ['slices with a gap', 'joined over it', 'inferred', 'a gap in the numbers is joined over'],
  [
    'complete beside cancel',
    'one of them wins',
    'inferred',
    'of complete and cancel that race each other one wins, and the other is 10005',
  ],
  [
    'slice beside complete',
    'is in the file as a whole or not at all',
    'inferred',
    'a slice that races complete is in the file as a whole or not at all',
  ],
  [
    'GET data.url',
    'gives the bytes (the vendor’s url is internal)',
    'document',
    'GET of data.url gives the bytes, their length and the file name',
  ],
  ['HEAD data.url', 'gives the headers', 'inferred', 'HEAD of data.url gives the same headers and no bytes'],
  [
    'GET data.url, Range',
    'gives that part',
    'inferred',
    'ranges of data.url are answered with 206 and exactly those bytes',
  ],
  ['GET data.url, Origin', 'open to any', 'inferred', 'browsers of any origin may read data.url'],
]

const parameters: readonly Row[] = [
  ['request_id', 'required string in every call', 'document', 'request_id must be there in every call'],
  [
    'request_id, a number',
    'is taken as its digits',
    'inferred',
    'request_id may be a number in every call with JSON',
  ],
  [
    'request_id, repeated',
    'is no obstacle',
    'SDK source',
    'equal files and request_ids make files of their own',
  ],
  ['app_id', 'required string in every call', 'document', 'app_id must be there in every call'],
  ['app_id of another app', 'is refused', 'inferred', 'app_id must be that of the api_key in every call'],
  [
    'cloud_id',
    'optional in upload and init; may be null or a number',
    'document',
    'cloud_id may be missing, null, empty, any text or a number',
  ],
  [
    'upload_id',
    'required string in slice, complete and cancel',
    'document',
    'upload_id must be there in slice, complete and cancel',
  ],
  [
    'slice_id',
    'required, decimal text from 1',
    'document',
    'slices 1 and 10000 are taken, 10001 and text that is no number are not',
  ],
  [
    'slice_id 0',
    'refused with the message of the live service',
    'observed',
    'slice_id 0 is answered with sliceId must not be empty',
  ],
  [
    'slice_id 0, allowed',
    'option accept_slice_zero',
    'SDK source',
    'slice_id 0 is the first slice where that is allowed',
  ],
  ['data', 'required file', 'document', 'a form without data must not be empty'],
  [
    'data without a filename',
    'is the file all the same',
    'inferred',
    'a data part without a filename is the file',
  ],
  [
    'data, empty slice',
    'is 10001: public clients send one in place of the real last slice',
    'inferred',
    'an empty slice is 10001, and the slice of that number stays as it was',
  ],
  ['data, file name', 'is never a path', 'inferred', 'a path as a filename is a name alone'],
  ['data, Content-Type', 'comes back at download', 'inferred', "a download has the part's content type"],
  ['other fields', 'are ignored', 'inferred', 'unknown fields are ignored'],
  ['fields of another JSON type', 'are refused', 'inferred', 'fields of another JSON type are refused'],
  [
    'JSON as the document’s sample of complete has it',
    'a comma before the last brace is let pass',
    'document',
    "the document's own sample of complete, with a comma too many, is read",
  ],
  ['Content-Type', 'as the document has it', 'document', 'a missing Content-Type is refused'],
]

const answers: readonly Row[] = [
  [
    'code, sid, data, message',
    'in this order, code a number',
    'observed',
    'the answer has its keys in the order code, sid, data, message',
  ],
  [
    'sid',
    '3 letters, 8 hex, @dx, time in ms as 11 hex, 5 hex, 02',
    'observed',
    'a sid is ost, 8 hex, @dx, the time in ms as 11 hex, 5 hex, 02',
  ],
  [
    'data.upload_id',
    'up_, the time in China to the ms, 9 digits',
    'observed',
    'an upload_id is up_, the time in China to the ms, and 9 digits',
  ],
  ['data.url', 'absolute and opaque', 'document', 'data.url is absolute, below the public url, and opaque'],
  [
    'message',
    'success, or the field at fault',
    'document',
    'a missing, null or empty request_id or app_id must not be empty',
  ],
  [
    'HTTP status of a code other than 0',
    '200',
    'inferred',
    'a business failure is the envelope with HTTP 200, without data',
  ],
  [
    'HTTP status of a code other than 0, changed',
    'option error_status',
    'inferred',
    'the HTTP status of answers with a code is an option',
  ],
]

const limits: readonly Row[] = [
  [
    'slices of an upload',
    '1 to 10,000',
    'document',
    'an upload of 10000 slices is completed, and its bytes come back in order',
  ],
  [
    'slice size, 5 GiB',
    'is asked for, more is refused',
    'document',
    'a file or slice that is announced as larger than 5 GiB is refused at once, one of 5 GiB is asked for',
  ],
  [
    'slice size, 5 MiB',
    'is enough',
    'SDK source',
    'with the default minimum, two slices of 5 MiB and a short last one come back',
  ],
  [
    'slice size, less',
    'is refused at complete, the slice can be sent again',
    'inferred',
    'a slice below the minimum is refused at complete by its number, and may be sent again',
  ],
  [
    'slice size, 5 MiB less one byte',
    'is refused',
    'document',
    'with the default minimum, a first slice of 5 MiB less one byte is refused',
  ],
  [
    'file size',
    'up to 5 GiB in one piece (no limit is stated)',
    'inferred',
    'a file or slice that is announced as larger than 5 GiB is refused at once, one of 5 GiB is asked for',
  ],
  ['file type', 'any', 'document', 'any file type is taken'],
  [
    'life of an upload_id',
    '7 days',
    'inferred',
    'an upload_id lives for 7 days, then it is 10005, and what was completed keeps its url',
  ],
  ['JSON size', '64 KiB', 'inferred', 'JSON over 64 KiB is refused'],
  [
    'time of complete',
    'well inside the 8 s of a known client',
    'SDK source',
    'an upload of 10000 slices is completed, and its bytes come back in order',
  ],
]

const errors: readonly Row[] = [
  [
    '10001',
    'request parameters are not correct',
    'document',
    'a missing slice_id is answered with sliceId must not be empty',
  ],
  [
    '10002',
    'storage failed',
    'document',
    'a disk that fails is answered with 10002, for a file and for a slice',
  ],
  [
    '10003',
    'database failed: files',
    'document',
    'a database that cannot keep files is answered with 10003, for a file and for complete',
  ],
  [
    '10004',
    'cache failed: uploads that are under way',
    'document',
    'a database that cannot keep uploads is answered with 10004, for init, slice and cancel',
  ],
  [
    '10005, nothing uploaded',
    'complete without a slice',
    'document',
    'complete with nothing uploaded is 10005, and the upload stays open',
  ],
  ['10005, unknown upload_id', 'in any call', 'inferred', 'an unknown upload_id is 10005'],
  [
    '10005, foreign upload_id',
    'as unknown',
    'inferred',
    "an upload_id of another app is as unknown, whether it is the same account's or not",
  ],
  [
    '10005, expired',
    'its time is over',
    'document',
    'an upload_id lives for 7 days, then it is 10005, and what was completed keeps its url',
  ],
  ['10005, after cancel', 'slice and complete', 'inferred', 'slice and complete after cancel are 10005'],
  [
    '10005, after complete',
    'slice and cancel',
    'inferred',
    'slice and cancel after complete are 10005, and the file stays',
  ],
  [
    '10006',
    'I/O failed: no space left',
    'document',
    'a full disk is answered with 10006, and nothing is kept',
  ],
  [
    '401 Unauthorized',
    'no Authorization',
    'document',
    'without Authorization every call is answered with 401 Unauthorized',
  ],
  [
    '401 HMAC signature cannot be verified',
    'Authorization cannot be read',
    'document',
    'an Authorization that cannot be read is answered with 401 HMAC signature cannot be verified',
  ],
  [
    '401 … apikey not found',
    'unknown key',
    'observed',
    'an unknown api_key is answered with 401 apikey not found',
  ],
  [
    '401 … enforced header not used',
    'a required header is not signed',
    'observed',
    'an unsigned digest is answered with 401 enforced header not used',
  ],
  [
    '401 HMAC signature does not match',
    'wrong secret',
    'document',
    'a wrong secret is answered with 401 HMAC signature does not match',
  ],
  [
    '403 … a valid date or x-date header is required',
    'Date missing or more than 300 s off',
    'document',
    'a Date more than 300 s off or missing is answered with 403',
  ],
  ['405', 'another method', 'inferred', 'another method on a call is answered with 405 and a message'],
  ['404 of data.url', 'wrong token', 'inferred', 'a wrong token is answered with 404 and a small JSON'],
]

const authentication: readonly Row[] = [
  [
    'worked signatures',
    'digest, date and host forms, every path',
    'SDK source',
    'every worked signature is accepted: each digest form, date form, host form and path',
  ],
  [
    'Authorization without blanks after commas',
    'php',
    'SDK source',
    'Authorization is read without a blank after any comma',
  ],
  [
    'Authorization without a blank after the first comma',
    'demo-py, task part',
    'SDK source',
    'Authorization is read without a blank after the first comma',
  ],
  [
    'Authorization with the prefix hmac',
    'demo-java',
    'SDK source',
    'Authorization is read with the prefix hmac',
  ],
  [
    'Authorization with username=',
    'as Kong has it',
    'inferred',
    'Authorization is read with username in place of api_key',
  ],
  [
    'headers="…"',
    'the client’s own list and order',
    'SDK source',
    "the signed text follows the client's own list and order of headers",
  ],
  [
    'headers="…", required',
    'host, date, request-line and digest',
    'observed',
    'a signature that leaves out host, date, request-line or digest is refused',
  ],
  ['host, as on the wire', 'with port', 'SDK source', 'the signed host may be the wire Host'],
  [
    'host without port',
    'skills, demo-py, go-a, flask',
    'SDK source',
    'the signed host may be the wire Host without its port',
  ],
  [
    'host upload-ost-api.xfyun.cn',
    'rust, spring, php, dart, fount',
    'SDK source',
    "the signed host may be the vendor's, wherever the request went",
  ],
  [
    'host of the public url',
    'behind a proxy',
    'inferred',
    'the signed host may be that of the public url, with port or without',
  ],
  ['Date, zone word UTC', 'Go clients', 'SDK source', 'a date with the zone word UTC is read'],
  ['Date of RFC 850', 'as nginx reads it', 'SDK source', 'a date of RFC 850 is read'],
  ['Date of asctime', 'as nginx reads it', 'SDK source', 'a date of asctime is read'],
  [
    'X-Date',
    'is taken in place of Date, which browsers do not let scripts set',
    'inferred',
    'X-Date is taken in place of Date over the wire',
  ],
  [
    'X-Date beside Date',
    'what is signed counts',
    'inferred',
    'a fresh date that is not signed does not make an old one that is signed good',
  ],
  ['Date, skew', '300 s either way', 'document', 'a clock more than 300 s off is refused, either way'],
  ['Digest', 'is not compared with the body', 'observed', 'the Digest is not compared with the body'],
  [
    'Digest, compared',
    'option check_digest',
    'inferred',
    'with check_digest, a form has to have its digest, framing included',
  ],
  [
    'order of checks',
    'header, clock, grammar, enforced headers, key, signature',
    'SDK source',
    'checks come in the order: header, clock, grammar, enforced headers, key, signature',
  ],
  [
    'before the body',
    'nothing of the body is read first',
    'inferred',
    'the signature is checked before any of the body is read',
  ],
]

const clients: readonly Row[] = [
  [
    'skills, whole',
    'data first, path as filename, doubled digest word',
    'SDK source',
    'skills uploads a file whole',
  ],
  ['skills, sliced', '5 MiB slices', 'SDK source', 'skills uploads a file in slices'],
  [
    'skills, demo-py: empty slice in place of the last',
    'is told, where the size is a multiple of 5 MiB',
    'SDK source',
    'a client that sends an empty slice in place of the real last one is told',
  ],
  [
    'demo-py, whole',
    'cloud_id, header Method, SHA256=SHA-256=',
    'SDK source',
    'demo-py uploads a file whole',
  ],
  ['demo-py, sliced', '5 MiB slices', 'SDK source', 'demo-py uploads a file in slices'],
  ['demo-java, whole', 'data last, Content-Length in parts', 'SDK source', 'demo-java uploads a file whole'],
  [
    'demo-java, sliced',
    '15 MiB slices, charset in Content-Type',
    'SDK source',
    'demo-java uploads a file in slices',
  ],
  ['rust, whole', 'digest of the body', 'SDK source', 'rust uploads a file whole'],
  ['rust, sliced', '10 MiB slices', 'SDK source', 'rust uploads a file in slices'],
  ['fount, whole', 'data first', 'SDK source', 'fount uploads a file whole'],
  ['fount, sliced', 'data last', 'SDK source', 'fount uploads a file in slices'],
  [
    'fetch and FormData',
    'Host is host:port',
    'SDK source',
    'a client on fetch and FormData, whose Host is not its own to set, uploads a file whole',
  ],
  ['go-a, whole', 'Date with UTC', 'SDK source', 'go-a uploads a file whole'],
  ['go-a, sliced', 'cloud_id in init', 'SDK source', 'go-a uploads a file in slices'],
  ['go-b, whole', 'host with port', 'SDK source', 'go-b uploads a file whole'],
  ['go-b, sliced', 'data first', 'SDK source', 'go-b uploads a file in slices'],
  ['flask, whole', 'data last', 'SDK source', 'flask uploads a file whole'],
  [
    'flask, sliced',
    'needs accept_slice_zero',
    'SDK source',
    'flask uploads a file in slices that it numbers from 0',
  ],
  ['php, whole', 'no blanks in Authorization', 'SDK source', 'php uploads a file whole'],
  ['php, sliced', 'Expect: 100-continue', 'inferred', 'php uploads a file in slices'],
  [
    'spring, whole',
    'digest of the file alone, typed text parts',
    'SDK source',
    'spring uploads a file whole',
  ],
]

/** What is served of iFlytek OST file upload. */
export const rows: readonly CoverageRow[] = [
  ...area('call', calls),
  ...area('parameter', parameters),
  ...area('answer', answers),
  ...area('limit', limits),
  ...area('error', errors),
  ...area('authentication', authentication),
  ...area('client', clients),
]
