import type { IncomingMessage } from 'node:http'
import { headerText } from '../../../http/signed-request.ts'
import { asksFor, type Operation } from '../../../object-plane/operations/own.ts'
import { invalidArgument, S3Error } from '../../../object-plane/s3/index.ts'

const COPY_SOURCE = 'x-amz-copy-source'
const hasUploadId = asksFor('uploadid')
const hasPartNumber = asksFor('partnumber')
const hasQuery = ({ url = '' }: IncomingMessage): boolean => /\?./.test(url)
const isCopy = ({ headers }: IncomingMessage): boolean => headers[COPY_SOURCE] !== undefined

/** What no request may ask for, whoever sends it: nobody has to sign to be told. */
export const refusals: readonly Operation[] = [
  ...(['bucket', 'object'] as const).flatMap((at) =>
    ['GET', 'HEAD', 'DELETE', 'POST'].map((method) =>
      refused(
        method,
        at,
        (request) => isCopy(request) && (method !== 'POST' || hasUploadId(request)),
        (headers) =>
          invalidArgument(
            'You can only specify a copy source header for copy requests.',
            COPY_SOURCE,
            headerText(headers, COPY_SOURCE),
          ),
      ),
    ),
  ),
  refused('GET', 'object', asksFor('uploads'), () =>
    invalidRequest('Key is not expected for the GET method ?uploads subresource'),
  ),
  refused('GET', 'object', asksFor('versions'), () =>
    invalidRequest('There is no such thing as the ?versions sub-resource for a key'),
  ),
  refused(
    'PUT',
    'object',
    (request) => hasPartNumber(request) && !hasUploadId(request),
    () =>
      invalidArgument(
        ...([
          'This operation does not accept partNumber without uploadId',
          'partNumber',
          'partNumber',
        ] as const),
      ),
  ),
  refused(
    'PUT',
    'object',
    (request) => hasUploadId(request) && !hasPartNumber(request),
    () => notAllowed('PUT', 'UPLOAD'),
  ),
  refused(
    'POST',
    'object',
    (request) => !hasQuery(request),
    () => notAllowed('POST', 'SERVICE'),
  ),
  refused(
    'POST',
    'service',
    (request) => !hasQuery(request),
    () => notAllowed('POST', 'SERVICE'),
  ),
]

function refused(
  method: string,
  at: Operation['at'],
  matches: (request: IncomingMessage) => boolean,
  errorOf: (headers: IncomingMessage['headers']) => S3Error,
): Operation {
  return {
    ...{ call: 'refused', method, at, matches },
    handlerOf:
      () =>
      async ({ request }) => {
        throw errorOf(request.headers)
      },
  }
}

const invalidRequest = (message: string): S3Error => new S3Error('InvalidRequest', message)
const notAllowed = (method: string, type: string): S3Error =>
  new S3Error('MethodNotAllowed', undefined, { Method: method, ResourceType: type })
