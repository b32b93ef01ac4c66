import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { shows } from '../../../test/support/shows.ts'
import {
  ACCOUNT,
  check,
  ID,
  KEYS,
  OPTIONS,
  received,
  refused,
  url,
} from '../../../test/support/signed-obs.ts'
import { ALL_RIGHTS } from '../../core/model/accounts.ts'
import { PlaneError } from '../errors.ts'
import { type ObsOperation, presign, presignQuery } from './presign.ts'
import { stringToSign } from './signing.ts'
import published from './vectors.json' with { type: 'json' }

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE']

describe('the OBS signature vectors', () => {
  for (const vector of published.vectors) {
    const { name, signature, contentType, contentMd5, bucket, key, path } = vector
    const operation = vector.operation as ObsOperation
    const where = { bucket: bucket ?? published.bucket, key: key ?? published.key }
    const types = { ...(contentType && { contentType }), ...(contentMd5 && { contentMd5 }) }
    const signed = presign({ ...OPTIONS, ...where, ...types, operation })
    const method = { put: 'PUT', initiate: 'POST', part: 'PUT', complete: 'POST', abort: 'DELETE' }
    const verb = Object.entries(method).find(([type]) => type === operation.type)?.[1] ?? 'GET'
    const request = received(verb, signed, {
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
      ...(contentMd5 === undefined ? {} : { 'content-md5': contentMd5 }),
    })

    test(`${name}: the URL that is made has the signature on record`, () => {
      assert.equal(new URL(signed).searchParams.get('Signature'), signature)
      if (path !== undefined) assert.equal(request.rawPath, path)
    })

    test(`${name}: is accepted, and refused with any one thing changed`, () => {
      const { signsHeader: _, ...signer } = check(request)
      assert.deepEqual(signer, { account: ACCOUNT, rights: ALL_RIGHTS, bodySha256: null })
      for (const other of METHODS.filter((each) => each !== verb))
        refused({ ...request, method: other }, 'signature-mismatch')
      refused({ ...request, rawPath: `${request.rawPath}x` }, 'signature-mismatch')
      refused({ ...request, rawPath: `/other${request.rawPath}` }, 'signature-mismatch')
      const { headers, query } = request
      refused({ ...request, headers: { ...headers, 'content-type': 'text/plain' } }, 'signature-mismatch')
      refused({ ...request, headers: { ...headers, 'content-md5': 'AAAA' } }, 'signature-mismatch')
      refused({ ...request, headers: { ...headers, 'x-amz-acl': 'public-read' } }, 'signature-mismatch')
      for (const added of ['acl', 'versionId', 'response-content-type', 'uploadid', 'x-amz-any'])
        assert.throws(() => check({ ...request, query: [...query, [added, '1']] }), PlaneError)
      for (const [index, [parameter, value]] of query.entries()) {
        assert.throws(() => check({ ...request, query: query.toSpliced(index, 1) }), PlaneError)
        assert.throws(() => check({ ...request, query: [...query, [parameter, value]] }), PlaneError)
        assert.throws(
          () => check({ ...request, query: query.with(index, [parameter, `1${value}`]) }),
          PlaneError,
        )
      }
      shows('huawei-vod', 'OBS version 2, query')
    })
  }

  test('the text of the first one is the one on record', () => {
    assert.equal(
      stringToSign({
        ...{ method: 'PUT', contentMd5: '', contentType: 'video/mp4', time: String(published.expires) },
        ...{ headers: [], subResources: [], path: `/${published.bucket}/${published.key}` },
      }),
      `PUT\n\nvideo/mp4\n1714561872\n/${published.bucket}/${published.key}`,
    )
  })
})

describe('URLs that are made', () => {
  const query = (operation: ObsOperation) =>
    url(operation)
      .replace(/^[^?]*/, '')
      .replace(/Signature=[\w%]+$/, 'Signature=S')
  const KEY = `AWSAccessKeyId=${KEYS.accessKey}&Expires=${published.expires}`

  test('have their parameters in the order of the vendor’s samples', () => {
    assert.equal(query({ type: 'put' }), `?${KEY}&Signature=S`)
    assert.equal(query({ type: 'initiate' }), `?uploads&${KEY}&Signature=S`)
    const part = query({ type: 'part', uploadId: ID, partNumber: 7 })
    assert.equal(part, `?${KEY}&partNumber=7&uploadId=${ID}&Signature=S`)
    for (const type of ['list-parts', 'complete', 'abort'] as const)
      assert.equal(query({ type, uploadId: ID }), `?${KEY}&uploadId=${ID}&Signature=S`)
  })

  test('are also had as the signature alone, which fits the same request', () => {
    const operation: ObsOperation = { type: 'part', uploadId: ID, partNumber: 7 }
    const signature = presignQuery({ ...OPTIONS, operation })
    assert.match(signature, new RegExp(`^${KEY}&Signature=[\\w%]+$`))
    const target = `http://h/b-1/o/x.mp4?partNumber=7&uploadId=${ID}&${signature}`
    assert.equal(check(received('PUT', target)).account, ACCOUNT)
  })

  test('leave a proxy’s path prefix out of what is signed', () => {
    const made = presign({ ...OPTIONS, operation: { type: 'put' }, baseUrl: 'https://m.example.com/store' })
    assert.ok(made.startsWith('https://m.example.com/store/b-1/o/x.mp4?'))
    assert.equal(check(received('PUT', made.replace('/store', ''))).account, ACCOUNT)
  })
})
