import type { CoverageRow } from './types.ts'

type Cells = readonly [item: string, meaning: string, knownFrom: CoverageRow['knownFrom'], test: string]

const area = (name: CoverageRow['area'], cells: readonly Cells[]): readonly CoverageRow[] =>
  cells.map(([item, meaning, knownFrom, test]) => ({ area: name, item, meaning, knownFrom, test }))

const FLOW = 'a file goes from its upload URL to a resource'
const REQUIRED = 'MissingParameter: every required parameter, with the older code'
const RANGES = 'QueryOpenGetResource refuses what is out of range'
const USABLE_TYPE = 'QueryUsableResource and V2 have the resources of the type that was asked for'
const RECORD = 'a record has exactly the documents’ fields and types'
const TTS_RECORD = 'a text template’s record has its text and options too'
const PAGES = 'QueryOpenGetResource pages through all states, newest first'
const ENVELOPE = 'an answer’s envelope is that of the documents'
const ERROR_ENVELOPE = 'an error’s envelope is that of the documents, without a Result'
const USABLE = 'QueryUsableResource is a bare array and V2 has Records, of approved resources only'
const DRY_RUN = 'DryRunOperation: mutating calls validate everything and do nothing'
const FETCH = 'FetchResource makes a resource of what a URL gives'
const FETCH_WRONG = 'FetchResource names what is missing or wrong'
const FETCH_BAD = 'FetchResource refuses what the host gives when it is no good voice file'
const CORE_ERRORS = 'every core error has its status, code and older code'
const PIECES = 'missing and malformed pieces of a signature are told apart'
const AUTO = 'with review = auto a commit is approved at once and the callback told'
const RENAME = 'a rename changes the name and nothing else'
const DELETE = 'after a delete the file name can be used again'
const SUFFIX =
  'InvalidParameter: FILE_ANALYSE_ERROR for a name whose suffix is neither that of MP3 nor of WAV'
const FILTER = 'QueryOpenGetResource filters by type and state'
const OTHER_BYTES = 'IdempotentParameterMismatch: other bytes under a committed file name'
const TOKEN_SAME =
  'the same token with the same parameters gives the first answer, on every action that writes'
const TOKEN_OTHER =
  'IdempotentParameterMismatch: the same token with other parameters, on every action that writes'
/** Of the two documents, statement by statement. */
const PRINTED = 'the printed requests get answers of the printed form'
const RESULT =
  'Name is the name that was asked for, Suffix the file’s, ResourceKey 32 hex characters of its own'
const ONE_NAME = 'a FileName stands for one resource: a commit that is repeated is the same one'
const GONE = 'a deleted resource is gone, and its key is the answer'
const MISSING = 'MissingParameter: either call without its parameter or its Version'
const INVALID = 'InvalidParameter: either call with a value that cannot be, or another Version'
const IN_USE = 'OperationDenied: OpenDeleteResource while the resource is in use'
const QUOTA = 'QuotaExceeded: CommitResourceUpload of one resource too many'
const TOKEN_AND_DRY = 'IdempotentParameterMismatch and DryRunOperation: either call'
const ACTION = 'MissingAction and InvalidAction: no Action, and one that there is not'
const THROTTLED = 'Throttling: either call above the rate, until the time that Retry-After says'
const WHO = 'SignatureNotMatch, InvalidAccessKeyId and AccessDenied: either call, by who may not'
const AWAY =
  'InternalError and ServiceUnavailable: either call, while the database is broken, and while it is away'
const TTS = 'OpenCreateTts makes a template and returns its key and name'

const ACTION_RIGHTS = 'every action is for keys with the right that it needs, and for no others'
const PREFIXED = 'a key with a prefix reaches the FileNames that begin so, and what was made of them'

const calls = area('call', [
  [
    'TOS: list',
    'what was committed, in both forms; <accountId>/<FileName>',
    'SDK source',
    'keys of TOS are listed by @volcengine/tos-sdk in both forms, those that are committed alone',
  ],
  [
    'TOS: list of buckets',
    'the one that there is',
    'SDK source',
    'keys of TOS are of one bucket, which a list of buckets names',
  ],
  [
    'TOS: delete, one or many',
    '204; JSON with Deleted and Error; as OpenDeleteResource',
    'SDK source',
    'keys of TOS are deleted one by one and many at once, as OpenDeleteResource deletes them',
  ],
  [
    'TOS: copy',
    'to a FileName that waits for its commit',
    'SDK source',
    'keys of TOS are copied to a FileName that waits for its commit',
  ],
  [
    'HEAD {bucket}',
    'TOS: whether it is there, in the path or the host',
    'SDK source',
    'that are not there are told so',
  ],
  ['GetResourceUploadUrl', 'gives a URL that takes the file by PUT', 'document', FLOW],
  ['CommitResourceUpload', 'makes the uploaded file a resource', 'document', FLOW],
  ['QueryUsableResource', 'lists approved resources, as a bare array', 'document', USABLE],
  ['QueryUsableResourceV2', 'lists approved resources, as Records', 'document', USABLE],
  ['QueryOpenGetResource', 'lists resources in any state, in pages', 'document', PAGES],
  ['OpenUpdateResource', 'renames a resource', 'document', RENAME],
  ['OpenDeleteResource', 'deletes a resource', 'document', DELETE],
  ['OpenCreateTts', 'makes a text-to-speech template', 'document', TTS],
  ['FetchResource', 'makes a resource of what a URL gives', 'SDK source', FETCH],
  ['PUT UploadUrl', 'takes the bytes; the last PUT wins', 'document', 'the last PUT before the commit wins'],
  [
    'GET /<accountId>/<FileName>',
    'gives a committed file to its owner; nothing before the commit',
    'inferred',
    'an uncommitted file cannot be read by its owner',
  ],
  [
    'review callback',
    'tells the account that a resource was approved or rejected',
    'document',
    'with review = manual a resource waits until it is approved or rejected',
  ],
  [
    'stowage review',
    'approves or rejects in place of the vendor’s reviewers',
    'inferred',
    'review lists what waits, and approves or rejects it',
  ],
])

const parameters = area('parameter', [
  [
    'TOS: prefix, delimiter, marker and the like',
    'prefix, delimiter, marker, max-keys, encoding-type, continuation-token, start-after',
    'SDK source',
    'keys of TOS are listed in pages, by prefix, delimiter and marker',
  ],
  [
    'TOS: x-tos-copy-source-if-*',
    '412 PreconditionFailed',
    'SDK source',
    'keys of TOS are copied only where source and conditions are as asked',
  ],
  ['Action', 'in the query; exactly one', 'document', 'MissingAction: a request without an action'],
  ['Version', '2022-01-01', 'document', 'MissingParameter and InvalidParameter: the version'],
  [
    'Version 2021-01-01',
    'the older generation, with service volc_voice_notify',
    'SDK source',
    'the older generation’s version and service name are accepted',
  ],
  [
    'any',
    'from the query, a JSON body, a form or a GET',
    'observed',
    'parameters are taken from the query, a JSON body, a form and a GET',
  ],
  ['any', 'a body’s value goes over the query’s', 'inferred', 'a body’s value goes over the query’s'],
  ['any', 'numbers may be texts', 'document', 'numbers are accepted as text'],
  [
    'any',
    'unknown fields are ignored (ReqSourceType and others)',
    'SDK source',
    'fields that nobody knows are ignored',
  ],
  [
    'any',
    'one that stands twice has no value',
    'inferred',
    'a parameter that stands twice is refused where it is needed',
  ],
  ['GetResourceUploadUrl.FileName', 'required; names the upload', 'document', REQUIRED],
  ['CommitResourceUpload.FileName', 'required; the same name again', 'document', REQUIRED],
  [
    'FileName',
    'a commit repeated under it returns the first ResourceKey',
    'inferred',
    'a commit that is repeated returns the first ResourceKey',
  ],
  ['FileName', 'free again after a delete', 'inferred', DELETE],
  ['FileName', 'unusual characters go all the way', 'inferred', 'unusual but good file names go all the way'],
  ['QueryOpenGetResource.Type', 'required', 'document', REQUIRED],
  ['QueryOpenGetResource.Type', '0, 1 or 2: the resources of that type alone', 'document', FILTER],
  ['QueryOpenGetResource.Type', 'nothing but 0, 1 and 2', 'document', RANGES],
  [
    'QueryOpenGetResource.Keyword',
    'part of the name, or the key',
    'inferred',
    'Keyword finds a part of the name in any letter case, or a whole key',
  ],
  ['QueryOpenGetResource.State', '0, 1 or 2; all when missing', 'document', FILTER],
  ['QueryOpenGetResource.Limit', 'default 10', 'document', PAGES],
  ['QueryOpenGetResource.Limit', '1 to 100', 'document', RANGES],
  ['QueryOpenGetResource.Offset', 'rows to leave out, default 0', 'document', PAGES],
  ['QueryUsableResource.Type', 'required', 'document', REQUIRED],
  ['QueryUsableResource.Type', '0, 1 or 2: the resources of that type alone', 'document', USABLE_TYPE],
  ['QueryUsableResourceV2.Type', 'required', 'document', REQUIRED],
  ['QueryUsableResourceV2.Type', '0, 1 or 2: the resources of that type alone', 'document', USABLE_TYPE],
  ['OpenUpdateResource.ResourceKey', 'required', 'document', REQUIRED],
  ['OpenUpdateResource.Name', 'required; a line of text', 'document', 'a rename refuses names that are none'],
  ['OpenDeleteResource.ResourceKey', 'required', 'document', REQUIRED],
  ['OpenCreateTts.Name', 'required', 'document', REQUIRED],
  [
    'OpenCreateTts.TtsTemplateContent',
    'required; variables as #name#',
    'document',
    'a template’s text is not blank, has no dollar-brace placeholders, and names its variables in letters and digits',
  ],
  ['OpenCreateTts.Type', '1 where it is sent', 'document', 'Type may be left out or 1'],
  [
    'OpenCreateTts.TtsOption',
    'JSON in a text, kept as it is',
    'document',
    'TtsOption is JSON in a text and is kept as it is',
  ],
  ['OpenCreateTts.Remark', 'optional', 'document', 'Remark has at most 255 characters'],
  ['FetchResource.Url', 'required; http or https', 'SDK source', FETCH_WRONG],
  ['FetchResource.Name', 'required', 'SDK source', FETCH_WRONG],
  ['DryRun', 'checks everything and does nothing', 'inferred', DRY_RUN],
  ['DryRun', 'tells what is wrong', 'inferred', 'a dry run still answers what is wrong'],
  ['ClientToken', 'the same parameters again: the first answer', 'inferred', TOKEN_SAME],
  ['ClientToken', 'other parameters: IdempotentParameterMismatch', 'document', TOKEN_OTHER],
  [
    'ClientToken',
    'many at once: one effect, one answer',
    'inferred',
    'many at once with one token have one effect and one answer, on every action that writes',
  ],
  [
    'ClientToken',
    'one of an account and an action',
    'inferred',
    'a token is one of an account and an action',
  ],
  ['ClientToken', '1 to 64 ASCII characters', 'inferred', 'a token has 1 to 64 ASCII characters'],
  [
    'ClientToken',
    'remembered for a day, of an upload URL while that lives',
    'inferred',
    'a token is free again after a day, and that of an upload URL with the URL',
  ],
  ['ClientToken', 'free after a call that failed', 'inferred', 'a call that failed is not remembered'],
  [
    'ClientToken',
    'in the query, a JSON body or a form',
    'inferred',
    'the token may stand in the query, in JSON or in a form, and numbers may be texts',
  ],
  [
    'ClientToken with DryRun',
    'takes no token, tells a mismatch',
    'inferred',
    'a dry run takes no token, and is told of a mismatch',
  ],
])

const answers = area('answer', [
  ['ResponseMetadata', 'RequestId, Action, Version, Service, Region', 'document', ENVELOPE],
  [
    'ResponseMetadata.RequestId',
    '14 digits of Beijing’s clock, then 18 hex characters',
    'observed',
    ENVELOPE,
  ],
  ['ResponseMetadata.Region', 'the one that was signed for', 'observed', 'any region is accepted and echoed'],
  ['ResponseMetadata.Error', 'CodeN, Code, Message; no Result', 'document', ERROR_ENVELOPE],
  [
    'ResponseMetadata.Error.Reason',
    'the older voice-file code, where there is one',
    'inferred',
    'the older code stands in Reason and in the log, not in the message',
  ],
  [
    'GetResourceUploadUrl.UploadUrl',
    'in the shape of the sample',
    'document',
    'the upload URL has the shape and order of the documents’ sample and lives ten minutes',
  ],
  ['CommitResourceUpload.Name', 'the FileName', 'document', FLOW],
  [
    'CommitResourceUpload.Suffix',
    '.wav or .mp3, by the bytes',
    'document',
    'the suffix and duration are those of the bytes, whatever the name says',
  ],
  ['CommitResourceUpload.ResourceKey', '32 lower-case hex characters', 'document', FLOW],
  ['QueryOpenGetResource.Records', 'newest first', 'inferred', PAGES],
  ['QueryOpenGetResource.Total', 'all matches', 'document', PAGES],
  ['QueryOpenGetResource.Limit', 'as asked', 'document', PAGES],
  ['QueryOpenGetResource.Offset', 'as asked', 'document', PAGES],
  ['QueryUsableResource', 'a bare array', 'SDK source', USABLE],
  [
    'QueryUsableResource',
    'all of them in one answer, however many',
    'inferred',
    'QueryUsableResource has all resources in one answer, however many there are and whoever else asks',
  ],
  ['QueryUsableResourceV2.Records', 'the same records', 'document', USABLE],
  ['Records.ResourceKey', 'text', 'document', RECORD],
  ['Records.Name', 'text', 'document', RECORD],
  ['Records.Suffix', 'text with its dot; empty for templates', 'document', RECORD],
  [
    'Records.Duration',
    'whole seconds, the nearest',
    'document',
    'the suffix and duration are those of the bytes, whatever the name says',
  ],
  ['Records.State', '0 in review, 1 approved, 2 rejected', 'document', FILTER],
  ['Records.CreateTime', 'Beijing’s clock', 'inferred', RECORD],
  ['Records.Type', '0 file, 1 template', 'document', RECORD],
  ['Records.Remark', 'text', 'document', TTS_RECORD],
  ['Records.TtsTemplateContent', 'templates only', 'document', TTS_RECORD],
  ['Records.TtsOptions', 'templates only; what TtsOption was', 'document', TTS_RECORD],
  ['OpenUpdateResource', 'ResourceKey and Name', 'document', RENAME],
  ['OpenDeleteResource.ResourceKey', 'of what was deleted', 'document', DELETE],
  ['OpenCreateTts', 'ResourceKey and Name', 'document', TTS],
  ['FetchResource', 'ResourceKey, Suffix and Name', 'SDK source', FETCH],
  ['review callback body', 'accountId, name, resourceKey, finalState, timestamp', 'document', AUTO],
  ['review callback timestamp and authCode', 'in the query', 'inferred', AUTO],
  [
    'review callback authCode',
    'hex SHA-256 of time, body hash and token',
    'document',
    'the callback’s authCode is that of the document’s vector',
  ],
  [
    'review callback retries',
    'until a 2xx',
    'inferred',
    'a callback that fails is tried again until it arrives',
  ],
  [
    'review callback retries',
    'after restarts too',
    'inferred',
    'a callback that was not delivered is delivered after a restart',
  ],
  [
    'PUT UploadUrl ETag, x-tos-hash-crc64ecma',
    'digests of the body',
    'document',
    'answers with the digests of the body',
  ],
])

const limits = area('limit', [
  [
    'file size',
    '5 MB, read as 5 MiB; checked by the commit',
    'document',
    'InvalidParameter: RESOURCE_SIZE_OVER_LIMIT above 5 MB',
  ],
  ['file size', 'exactly 5 MiB is taken', 'inferred', 'a file of exactly 5 MB is taken'],
  ['PUT', '16 MiB is taken', 'inferred', 'storage takes 16 MiB, so that the commit tells of the limit'],
  ['PUT', 'more than 16 MiB is not', 'inferred', 'storage itself stops listening far above the limit'],
  [
    'UploadUrl',
    '10 minutes',
    'document',
    'the upload URL has the shape and order of the documents’ sample and lives ten minutes',
  ],
  [
    'bytes without a commit',
    'upload_ttl_s',
    'inferred',
    'uploaded bytes wait for their commit as long as is configured',
  ],
  [
    'formats',
    'WAV and MP3, by content',
    'document',
    'InvalidParameter: FILE_ANALYSE_ERROR for anything but WAV and MP3',
  ],
  ['FileName', 'a suffix is that of MP3 or WAV, in any letter case', 'document', SUFFIX],
  [
    'FileName',
    '255 bytes, no slash, backslash or control character',
    'inferred',
    'an upload URL is refused for names that paths cannot hold',
  ],
  ['Remark', '255 characters', 'SDK source', 'Remark has at most 255 characters'],
  [
    'resources per account',
    'resources_max',
    'inferred',
    'QuotaExceeded: more resources than the account may have',
  ],
  [
    'calls a second',
    'rate_limit_per_s',
    'inferred',
    'Throttling: more calls a second than the account may make',
  ],
  ['body of a call', '256 KiB', 'inferred', 'a body over 256 KiB is refused, announced or not'],
  ['fields of a form', '1000', 'inferred', '10,000 parameters are refused'],
  [
    'FetchResource redirects',
    'three, each checked',
    'inferred',
    'FetchResource asks listed hosts only, and follows redirects to those only',
  ],
  [
    'FetchResource addresses',
    'public ones, or hosts listed by exact name',
    'inferred',
    'FetchResource refuses inner addresses unless the host is listed by its exact name',
  ],
  ['FetchResource size', '5 MiB', 'inferred', FETCH_BAD],
])

const errors = area('error', [
  [
    'TOS: list and delete, refused',
    'InvalidArgument, MalformedBody, UnImplemented',
    'inferred',
    'keys of TOS refuse what cannot be used in the vendor’s words',
  ],
  ['MissingParameter', '400, CodeN 100002', 'document', REQUIRED],
  [
    'InvalidParameter',
    '400',
    'document',
    'InvalidParameter: RESOURCE_KEY_IS_NOT_EXIST for keys that nothing has',
  ],
  [
    'OperationDenied',
    '400; the resource is held',
    'document',
    'OperationDenied: a held resource is not deleted',
  ],
  ['QuotaExceeded', '400', 'document', 'QuotaExceeded: more resources than the account may have'],
  ['IdempotentParameterMismatch', '400; a ClientToken with other parameters', 'document', TOKEN_OTHER],
  [
    'IdempotentParameterMismatch',
    '400; other bytes under a committed FileName',
    'document',
    'IdempotentParameterMismatch: other bytes under a committed file name',
  ],
  ['DryRunOperation', '400', 'document', DRY_RUN],
  ['MissingAction', '400, CodeN 100002', 'document', 'MissingAction: a request without an action'],
  ['InvalidAction', '400, CodeN 100008', 'document', 'InvalidAction: an action that does not exist'],
  [
    'Throttling',
    '400, CodeN 100018, Retry-After in seconds',
    'document',
    'Throttling: more calls a second than the account may make',
  ],
  [
    'SignatureNotMatch',
    '401, CodeN 100010',
    'document',
    'SignatureNotMatch: a wrong secret, and no signature at all',
  ],
  ['InvalidAccessKeyId', '403, CodeN 100009', 'document', 'InvalidAccessKeyId: a key that nobody has'],
  [
    'AccessDenied',
    '403, CodeN 100013; FetchResource is off',
    'inferred',
    'AccessDenied: FetchResource while no host is listed',
  ],
  ['AccessDenied', 'every action, to a key without the right that it needs', 'document', ACTION_RIGHTS],
  ['InternalError', '500, CodeN 100014', 'document', 'InternalError: the stored bytes are gone'],
  ['ServiceUnavailable', '503; a store is away', 'document', AWAY],
  ['ServiceUnavailable', '503; going down', 'document', 'ServiceUnavailable: the server is going down'],
  [
    'RESOURCE_KEY_IS_NOT_EXIST',
    'Reason of InvalidParameter',
    'document',
    'InvalidParameter: RESOURCE_KEY_IS_NOT_EXIST for keys that nothing has',
  ],
  ['RESOURCE_KEY_IS_NONE', 'Reason of MissingParameter', 'document', REQUIRED],
  ['RESOURCE_NAME_IS_NONE', 'Reason of MissingParameter', 'document', REQUIRED],
  [
    'RESOURCE_IS_NONE',
    'Reason of InvalidParameter; nothing was uploaded',
    'document',
    'InvalidParameter: RESOURCE_IS_NONE for a commit without bytes',
  ],
  [
    'RESOURCE_KEY_HAVE_TASK_RUNING',
    'Reason of OperationDenied',
    'document',
    'OperationDenied: a held resource is not deleted',
  ],
  [
    'RESOURCE_SIZE_OVER_LIMIT',
    'Reason of InvalidParameter',
    'document',
    'InvalidParameter: RESOURCE_SIZE_OVER_LIMIT above 5 MB',
  ],
  [
    'FILE_ANALYSE_ERROR',
    'Reason of InvalidParameter',
    'document',
    'InvalidParameter: FILE_ANALYSE_ERROR for anything but WAV and MP3',
  ],
  ['EMPTY_RESOURCE_BODY', 'Reason of InvalidParameter; the URL gave nothing', 'document', FETCH_BAD],
  ['URL_IS_NONE', 'Reason of MissingParameter', 'document', FETCH_WRONG],
  ['UPLOAD_FILE_FAIL', 'Reason of ServiceUnavailable; no room', 'document', CORE_ERRORS],
  [
    'VOLC_TOS_SERVER_ERROR',
    'Reason of InternalError; the blob store failed',
    'document',
    'InternalError: the stored bytes are gone',
  ],
  [
    'NOT_REPET_INVOCK',
    'Reason of IdempotentParameterMismatch',
    'document',
    'IdempotentParameterMismatch: other bytes under a committed file name',
  ],
  [
    'NO_PERMISSION',
    'Reason of AccessDenied',
    'document',
    'AccessDenied: FetchResource while no host is listed',
  ],
  ['RequestParametersError', 'Reason of InvalidParameter and MissingParameter', 'document', RANGES],
  [
    'SERVER_ERROR',
    'Reason of InternalError',
    'document',
    'a bug is an InternalError that tells nothing of itself',
  ],
  ['CodeN 100003', 'no signature, in SignatureNotMatch', 'document', PIECES],
  ['CodeN 100004', 'X-Date or credential missing, in MissingParameter', 'document', PIECES],
  ['CodeN 100005', 'no signature value, in SignatureNotMatch', 'document', PIECES],
  [
    'CodeN 100006',
    'X-Date out of its window, in InvalidParameter',
    'document',
    'a request is valid for 15 minutes before and after its X-Date',
  ],
  [
    'CodeN 100007',
    'another service in the scope, in InvalidParameter',
    'document',
    'the credential has to name this service, by its present or its older name',
  ],
  ['CodeN 100024', 'Authorization malformed, in InvalidParameter', 'observed', PIECES],
  ['CodeN 100025', 'credential malformed, in InvalidParameter', 'observed', PIECES],
  [
    'CodeN 100026',
    'security token not signed, in SignatureNotMatch',
    'observed',
    'a security token in the headers has to be signed',
  ],
  [
    'TOS AccessDenied',
    '403; the URL’s time is over',
    'inferred',
    'the upload URL has the shape and order of the documents’ sample and lives ten minutes',
  ],
  [
    'TOS AccessDenied',
    '403; another account’s storage',
    'inferred',
    'another account’s keys do not open an account’s storage',
  ],
  [
    'TOS SignatureDoesNotMatch',
    '403; the path was changed',
    'document',
    'an upload URL of one account does not lead into another’s',
  ],
  [
    'TOS EntityTooLarge',
    '400; far above the limit',
    'SDK source',
    'storage itself stops listening far above the limit',
  ],
  [
    'TOS NoSuchKey',
    '404; nothing committed',
    'SDK source',
    'an uncommitted file cannot be read by its owner',
  ],
  [
    'TOS errors',
    'JSON with request id, recognised by the vendor’s client',
    'document',
    'recognises the errors',
  ],
  [
    'any, from hostile input',
    'bodies that are no JSON object',
    'inferred',
    'bodies that are no JSON object are refused',
  ],
  [
    'any, from hostile input',
    'forms and queries that cannot be read',
    'inferred',
    'forms and queries that cannot be read are refused',
  ],
  [
    'any, from hostile input',
    'other content types',
    'inferred',
    'content types that are neither JSON nor a form are refused',
  ],
  [
    'any, from hostile input',
    'other methods',
    'inferred',
    'methods that the API does not have are refused in its own words',
  ],
])

const authentication = area('authentication', [
  [
    'TOS: rights',
    'of keys that may do less than all',
    'inferred',
    'keys of TOS are for keys with the rights to it, where those reach',
  ],
  [
    'TOS: host and path',
    'in the spellings that clients sign',
    'observed',
    'host and path may be signed in several spellings',
  ],
  ['keys with a prefix', 'reach the FileNames that begin so', 'inferred', PREFIXED],
  [
    'keys with a prefix, lists',
    'AccessDenied',
    'inferred',
    'a key with a prefix is refused what names no file',
  ],
  ['keys with buckets', 'vms', 'inferred', 'a list of buckets names the voice resources vms'],
  [
    'HMAC-SHA256 header',
    'exactly the listed headers, as received',
    'document',
    'every listed header is compared as received',
  ],
  [
    'HMAC-SHA256 query',
    'X-Algorithm, X-Credential, X-Date, X-SignedHeaders, X-Signature',
    'document',
    '@volcengine/openapi’s signed URLs work for GET and POST',
  ],
  [
    'X-SignedQueries',
    'the listed parameters, or all',
    'observed',
    'a URL signed for some parameters takes no others beside them',
  ],
  [
    'X-NotSignBody',
    'a body never changes a signed parameter',
    'inferred',
    'a body never changes what a signed URL says',
  ],
  [
    'X-NotSignBody',
    'a body may add parameters that are not signed',
    'inferred',
    'a body adds to a signed URL that says X-NotSignBody',
  ],
  [
    'X-Content-Sha256',
    'optional; has to be the body’s',
    'observed',
    'X-Content-Sha256 has to be that of the body, signed or not',
  ],
  [
    'X-Content-Sha256',
    'left out by some clients',
    'observed',
    'a client that sends no X-Content-Sha256 is accepted',
  ],
  [
    'X-Security-Token',
    'signed when sent in a header',
    'document',
    'a security token in the headers has to be signed',
  ],
  [
    'X-Security-Token',
    'appended to a signed URL by some signers',
    'SDK source',
    'a token that a signer appended to its finished URL does no harm',
  ],
  [
    'X-Date',
    '15 minutes to both sides',
    'document',
    'a request is valid for 15 minutes before and after its X-Date',
  ],
  ['X-Date', 'its day is the scope’s', 'inferred', 'the credential’s date has to be that of X-Date'],
  ['X-Expires', 'seconds a request is valid', 'document', 'X-Expires sets how long a request is valid'],
  ['SignedHeaders', 'x-date has to be among them', 'document', 'x-date has to be among the signed headers'],
  [
    'Host',
    'with or without its scheme’s own port; or the public one',
    'observed',
    'a host may be signed without its own scheme’s port, or as the public one',
  ],
  [
    'query encoding',
    '+ and %20 are a blank; strict encoding is signed',
    'observed',
    'a blank may be sent as + and is signed as %20',
  ],
  [
    'equal query names',
    'in the order sent, or sorted',
    'observed',
    'equal names may be signed in the order sent or sorted by value',
  ],
  [
    'tampering',
    'no part of a captured request can be changed',
    'inferred',
    'no captured request is accepted with anything of it changed',
  ],
  [
    'isolation',
    'nothing of another account is seen',
    'inferred',
    'an account sees nothing of another’s resources',
  ],
  [
    'UploadUrl without its query',
    '403: files are private to their account; a download takes a TOS signature',
    'inferred',
    'an upload URL without its query opens nothing: a download takes a signature',
  ],
  ['UploadUrl', 'its own method only', 'document', 'an upload URL allows its own method only'],
])

const clients = area('client', [
  ['@volcengine/openapi', 'JSON', 'observed', '@volcengine/openapi goes the whole way of a file'],
  [
    '@volcengine/openapi',
    'forms, query keys, bodiless POSTs',
    'observed',
    '@volcengine/openapi sends forms, query keys and bodiless POSTs',
  ],
  [
    '@volcengine/openapi',
    'session token and Host header; JSON under a form’s type',
    'observed',
    '@volcengine/openapi with a session token and a Host header is accepted',
  ],
  ['@volcengine/openapi', 'errors', 'observed', '@volcengine/openapi reads errors from the envelope'],
  [
    '@volcengine/openapi',
    'captured requests',
    'observed',
    'the requests captured from @volcengine/openapi are accepted',
  ],
  ['@volcengine/sdk-core', 'calls', 'observed', '@volcengine/sdk-core goes the whole way of a file'],
  [
    '@volcengine/sdk-core',
    'errors',
    'observed',
    '@volcengine/sdk-core throws the errors with status and envelope',
  ],
  [
    '@volcengine/sdk-core',
    'captured request',
    'observed',
    'the request captured from @volcengine/sdk-core is accepted',
  ],
  [
    '@volcengine/tos-sdk',
    'header-signed PUT and GET, bucket in the path',
    'observed',
    '@volcengine/tos-sdk puts the bytes with the bucket in the path',
  ],
  [
    '@volcengine/tos-sdk',
    'presigned URLs, bucket in the host',
    'observed',
    '@volcengine/tos-sdk’s own presigned URLs work, with the bucket in the host too',
  ],
  [
    'Python volcengine',
    'captured requests',
    'observed',
    'the requests captured from the Python SDK are accepted',
  ],
  ['Python volcengine', 'shapes of its calls', 'observed', 'the Python SDK’s request shapes work'],
  ['Go and Java v1', 'shapes of their calls', 'SDK source', 'the Go and Java SDKs’ request shapes work'],
])

/** What the documents of CommitResourceUpload and OpenDeleteResource say, in their order. */
const documents: readonly CoverageRow[] = [
  ...area('call', [
    ['CommitResourceUpload', 'POST to / with the head and body that are printed', 'document', PRINTED],
    ['OpenDeleteResource', 'POST to / with the head and body that are printed', 'document', PRINTED],
    ['OpenDeleteResource', 'the resource is deleted', 'document', GONE],
  ]),
  ...area('parameter', [
    ['CommitResourceUpload.Action', 'CommitResourceUpload, in the query', 'document', PRINTED],
    ['CommitResourceUpload.Version', '2022-01-01, in the query', 'document', PRINTED],
    ['CommitResourceUpload.Version', 'nothing else', 'document', INVALID],
    ['CommitResourceUpload.FileName', 'required', 'document', MISSING],
    ['CommitResourceUpload.FileName', 'a text; the example abcdef', 'document', PRINTED],
    ['CommitResourceUpload.FileName', 'of MP3 and WAV files only, by the name', 'document', SUFFIX],
    [
      'CommitResourceUpload.FileName',
      'of MP3 and WAV files only, by the bytes',
      'document',
      'InvalidParameter: FILE_ANALYSE_ERROR for anything but WAV and MP3',
    ],
    ['CommitResourceUpload.FileName', 'unique', 'document', ONE_NAME],
    ['CommitResourceUpload.FileName', 'unique: other bytes are refused', 'document', OTHER_BYTES],
    ['CommitResourceUpload.FileName', 'may be a UUID', 'document', RESULT],
    ['CommitResourceUpload.FileName', 'makes the call idempotent', 'document', ONE_NAME],
    ['OpenDeleteResource.Action', 'OpenDeleteResource, in the query', 'document', PRINTED],
    ['OpenDeleteResource.Version', '2022-01-01, in the query', 'document', PRINTED],
    ['OpenDeleteResource.Version', 'nothing else', 'document', INVALID],
    ['OpenDeleteResource.ResourceKey', 'required', 'document', MISSING],
    ['OpenDeleteResource.ResourceKey', 'a text that names a resource', 'document', INVALID],
    ['Host', 'cloud-vms.volcengineapi.com', 'document', PRINTED],
    ['Content-Type', 'application/json; charset=UTF-8', 'document', PRINTED],
  ]),
  ...area('authentication', [
    ['X-Date', 'in the form 20250528T035041Z', 'document', PRINTED],
    ['X-Content-Sha256', 'of the body', 'document', PRINTED],
    [
      'Authorization',
      'HMAC-SHA256 with Credential, SignedHeaders host;x-content-sha256;x-date, and Signature',
      'document',
      PRINTED,
    ],
  ]),
  ...area('answer', [
    ['CommitResourceUpload.Name', 'the FileName of the request', 'document', RESULT],
    ['CommitResourceUpload.Suffix', 'the file’s suffix, with its dot', 'document', RESULT],
    ['CommitResourceUpload.ResourceKey', 'the resource’s own key, in the printed form', 'document', RESULT],
    ['CommitResourceUpload.ResponseMetadata', 'all fields as printed', 'document', PRINTED],
    ['OpenDeleteResource.ResourceKey', 'the key of what was deleted', 'document', GONE],
    ['OpenDeleteResource.ResponseMetadata', 'all fields as printed', 'document', PRINTED],
  ]),
  ...area(
    'error',
    (
      [
        ['MissingParameter', '400', MISSING],
        ['InvalidParameter', '400', INVALID],
        ['OperationDenied', '400', IN_USE],
        ['QuotaExceeded', '400', QUOTA],
        ['IdempotentParameterMismatch', '400', TOKEN_AND_DRY],
        ['DryRunOperation', '400', TOKEN_AND_DRY],
        ['MissingAction', '400', ACTION],
        ['InvalidAction', '400', ACTION],
        ['Throttling', '400', THROTTLED],
        ['SignatureNotMatch', '401', WHO],
        ['InvalidAccessKeyId', '403', WHO],
        ['AccessDenied', '403', WHO],
        ['InternalError', '500', AWAY],
        ['ServiceUnavailable', '503', AWAY],
      ] as const
    ).map(([code, status, test]) => [code, `${status}, with the printed message`, 'document', test] as const),
  ),
]

export const rows: readonly CoverageRow[] = [
  ...documents,
  ...calls,
  ...parameters,
  ...answers,
  ...limits,
  ...errors,
  ...authentication,
  ...clients,
]
