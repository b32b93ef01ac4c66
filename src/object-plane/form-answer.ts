import { strictEncode } from '../http/canonical.ts'
import type { Reply, ReplyHeaders } from '../http/types.ts'
import type { PlaneFields, PlaneFormResult } from './form-types.ts'

/** How a cloud tells of a form whose file is kept. */
export interface FormTelling {
  /** With the object's place. */
  readonly headers: ReplyHeaders
  /** The XML of a 201. */
  document(): string
}

/** 204 unless `success_action_status` asks for 200 or 201, or a signed redirect for another place. */
export function answerForm(
  fields: PlaneFields,
  { target, key, etag, redirect }: PlaneFormResult,
  { headers, document }: FormTelling,
): Reply {
  if (redirect !== null) {
    const location = withResult(redirect, { bucket: target.bucket, key, etag })
    return { status: 303, headers: { ...headers, location }, body: '' }
  }
  const status = fields.get('success_action_status')
  if (status === '200') return { status: 200, headers, body: '' }
  if (status !== '201') return { status: 204, headers }
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body: document() }
}

/** The address with what became of the form in its query. */
function withResult(url: string, result: Readonly<Record<string, string>>): string {
  const query = Object.entries(result).map(([name, value]) => `${name}=${strictEncode(value)}`)
  return `${url}${url.includes('?') ? '&' : '?'}${query.join('&')}`
}
