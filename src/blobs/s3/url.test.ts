import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseS3Url } from './url.ts'

test('all parts of an address', () => {
  assert.deepEqual(
    parseS3Url('s3://my.bucket-1/a/b/?endpoint=http://127.0.0.1:9000/&region=eu-west-1&path_style=true'),
    {
      bucket: 'my.bucket-1',
      prefix: 'a/b/',
      endpoint: 'http://127.0.0.1:9000',
      region: 'eu-west-1',
      isPathStyle: true,
      takesUnequalParts: true,
    },
  )
})

test('all but the bucket may be left out', () => {
  for (const url of ['s3://bucket', 's3://bucket/']) {
    assert.deepEqual(parseS3Url(url), {
      bucket: 'bucket',
      prefix: '',
      endpoint: null,
      region: null,
      isPathStyle: false,
      takesUnequalParts: true,
    })
  }
})

test('parts of different sizes go where they are taken, or where the address says so', () => {
  const takes = (url: string) => parseS3Url(url).takesUnequalParts
  assert.equal(takes('s3://bucket?unequal_parts=false'), false)
  const cloudflare = 's3://bucket?endpoint=https://0123abcd.r2.cloudflarestorage.com'
  assert.equal(takes(cloudflare), false)
  assert.equal(takes(`${cloudflare}&unequal_parts=true`), true)
})

test('what is wrong is named, and nothing else is told', () => {
  const wrong: readonly (readonly [url: string, part: RegExp])[] = [
    ['', /begin with s3:/],
    ['/var/lib', /begin with s3:/],
    ['http://bucket', /begin with s3:/],
    ['s3:', /bucket/],
    ['s3:///prefix', /bucket/],
    ['s3://Bucket_', /bucket/],
    ['s3://b', /bucket/],
    ['s3://bucket:9000/', /port/],
    ['s3://topsecret:topsecret@bucket', /AWS_ACCESS_KEY_ID/],
    ['s3://bucket#topsecret', /fragment/],
    ['s3://bucket//a', /prefix/],
    ['s3://bucket/a//b', /prefix/],
    ['s3://bucket/a b', /prefix/],
    ['s3://bucket/a%2f..', /prefix/],
    ['s3://bucket?endpoint=127.0.0.1:9000', /endpoint/],
    ['s3://bucket?endpoint=ftp://host', /endpoint/],
    ['s3://bucket?endpoint=http://topsecret:topsecret@host', /keys.*endpoint/],
    ['s3://bucket?endpoint=http://host%3Fa=b', /endpoint/],
    ['s3://bucket?region=', /region/],
    ['s3://bucket?region=a%0Ab', /region/],
    ['s3://bucket?path_style=yes', /path_style/],
    ['s3://bucket?unequal_parts=1', /unequal_parts/],
    ['s3://bucket?pathstyle=true', /"pathstyle".*endpoint, region, path_style/],
    ['s3://bucket?region=a&region=b', /region is given twice/],
  ]
  for (const [url, part] of wrong) {
    assert.throws(
      () => parseS3Url(url),
      (error: Error) => part.test(error.message) && !error.message.includes('topsecret'),
      url,
    )
  }
})
