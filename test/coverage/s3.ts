import type { CoverageRow } from './types.ts'

type Cells = readonly [item: string, meaning: string, knownFrom: CoverageRow['knownFrom'], test: string]

const area = (name: CoverageRow['area'], cells: readonly Cells[]): readonly CoverageRow[] =>
  cells.map(([item, meaning, knownFrom, test]) => ({ area: name, item, meaning, knownFrom, test }))

const K = 'document'

const TESTS = {
  b: 's3: makes, finds, lists and removes a bucket',
  o: 's3: puts, heads, gets and deletes an object, with what belongs to it',
  c: 's3: puts a stream in chunks, with a checksum behind it',
  l: 's3: lists keys by prefix, delimiter and marker in both forms, and deletes many',
  p: 's3: an upload of parts is listed, completed, completed again, and read by part',
  a: 's3: an upload that was aborted is gone',
  y: 's3: a copy has the bytes and what belongs to them, and stays when its source goes',
  w: 's3: writes and deletes keep to the conditions of the client',
  t: 's3: tags are kept, and a URL that was signed is enough to read and write',
  s: 's3: bucket settings are kept as documents',
  h: 's3: another account sees nothing of it',
  r: 's3: what a key may not do is AccessDenied in the envelope of S3',
  n: 's3: what is not served is refused',
  f: 's3: a signed form keeps its file as its policy allows',
  F: 's3: a form that its policy does not allow is refused, and keeps nothing',
  P: 's3: who does not sign reads what the policy of a bucket shows, and nothing else',
  m: 's3: a policy that says more than reading by all is refused',
  L: 's3: what is over by the rules of its bucket is removed, and nothing else',
  k: 's3: an upload keeps the checksums of its parts, and one of them all',
  K: 's3: a checksum of the whole is put together from those of the parts',
  u: 's3: unfinished uploads are listed, and go with their bucket',
  H: 's3: what every dialect stored is listed and read, and overwritten where its own calls would',
  T: 's3: files of a tree are written, listed and deleted by the rules of their library',
  V: 's3: the files of an asset have names to read, and go with it',
  M: 's3: a voice file that is written is a resource, and does not change',
} as const

/** What is served of S3, how it is known, and the test that shows it. */
export const rows: readonly CoverageRow[] = [
  ...area('call', [
    ['CreateBucket', 'makes a bucket of the account', K, TESTS.b],
    ['HeadBucket', 'whether it is there', K, TESTS.b],
    ['ListBuckets', 'all of the account, those of dialects too', K, TESTS.b],
    ['DeleteBucket', 'removes an empty bucket', K, TESTS.b],
    ['PutObject', 'keeps an object', K, TESTS.o],
    ['HeadObject', 'tells of it', K, TESTS.o],
    ['GetObject', 'gives it back', K, TESTS.o],
    ['DeleteObject', 'removes it; nothing is fine', K, TESTS.o],
    ['DeleteObjects', 'removes up to a thousand', K, TESTS.l],
    ['ListObjects', 'keys by prefix, delimiter and marker', K, TESTS.l],
    ['ListObjectsV2', 'the same with tokens', K, TESTS.l],
    ['CreateMultipartUpload', 'begins an upload of parts', K, TESTS.p],
    ['UploadPart', 'keeps a part; the last one of its number counts', K, TESTS.p],
    ['ListParts', 'the parts so far', K, TESTS.p],
    ['CompleteMultipartUpload', 'makes the object; a repetition is answered as the first one', K, TESTS.p],
    ['ListMultipartUploads', 'unfinished uploads by prefix, delimiter and markers', K, TESTS.u],
    ['PostObject', 'keeps the file of a form', K, TESTS.f],
    ['PutBucketPolicy, GetBucketPolicy, GetBucketPolicyStatus', 'what everybody may read', K, TESTS.P],
    [
      'PutBucketLifecycleConfiguration',
      'days or a date for objects, days for uploads, by prefix',
      K,
      TESTS.L,
    ],
    ['AbortMultipartUpload', 'ends it', K, TESTS.a],
    ['CopyObject', 'links the bytes of another object', K, TESTS.y],
    ['UploadPartCopy', 'a part of the bytes of an object', K, TESTS.y],
    ['GetObjectAttributes', 'tag, size, checksum and parts', K, TESTS.p],
    ['PutObjectTagging', 'replaces the tags', K, TESTS.t],
    ['GetObjectTagging', 'the tags', K, TESTS.t],
    ['PutBucketTagging, PutBucketCors', 'what a bucket has beside its objects', K, TESTS.s],
    ['GetBucketLocation, GetBucketVersioning, GetBucketAcl', 'the same for all buckets', K, TESTS.s],
  ]),
  ...area('parameter', [
    ['Range', 'some bytes', K, TESTS.o],
    ['partNumber', 'the bytes of one part', K, TESTS.p],
    ['x-amz-meta-*', 'kept and given back', K, TESTS.o],
    [
      'x-amz-checksum-*',
      'CRC32, CRC32C, CRC64NVME, SHA1, SHA256, in the head or behind the body',
      K,
      TESTS.c,
    ],
    ['x-amz-checksum-type', 'of all bytes, or of the checksums of the parts', K, TESTS.k],
    ['aws-chunked', 'bodies in chunks, unsigned with a trailer', K, TESTS.c],
    ['If-Match, If-None-Match', 'compare-and-set of writes and deletes', K, TESTS.w],
  ]),
  ...area('error', [
    ['BucketAlreadyOwnedByYou', '409, a bucket of that name is there', K, TESTS.b],
    ['AccessDenied', '403, what a key may not do, or nobody may', K, TESTS.r],
    ['NoSuchKey', '404', K, TESTS.o],
    ['MalformedPolicy', '400', K, TESTS.m],
    ['BadDigest', '400, a checksum is not that of the bytes', K, TESTS.K],
    ['NoSuchUpload', '404', K, TESTS.a],
    ['PreconditionFailed', '412', K, TESTS.w],
    ['NotImplemented', '501: versions, locks and what else is not served', K, TESTS.n],
  ]),
  ...area('authentication', [
    ['AWS4-HMAC-SHA256 in the header', 'by a key pair of the account', K, TESTS.o],
    ['POST policy', 'forms, whose policy is signed', K, TESTS.F],
    ['anonymous', 'where the policy of the bucket lets everybody', K, TESTS.P],
    ['AWS4-HMAC-SHA256 in the query', 'URLs that were signed', K, TESTS.t],
  ]),
  ...area('grant', [
    ['account', 'buckets of others are not there', K, TESTS.h],
    ['buckets of dialects', 'listed and read; written and deleted where their rules allow', K, TESTS.H],
    ['smh-<library>[-<space>]', 'a tree: keys are paths, a key that ends in a slash a directory', K, TESTS.T],
    ['vod-<project>', 'files of assets: read, listed, and deleted with the original', K, TESTS.V],
    ['vms', 'voice files: written once, deleted', K, TESTS.M],
  ]),
]
