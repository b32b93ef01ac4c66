import { parseHttpDate } from '../../http/http-date.ts'
import { headerText } from '../../http/signed-request.ts'
import type { Exchange } from '../../http/types.ts'
import type { PlaneCondition } from '../contents.ts'
import { invalidArgument } from './codes.ts'

const SIZE = 'x-amz-if-match-size'
const TIME = 'x-amz-if-match-last-modified-time'

/** The size and the time that what is removed has to have. Throws S3Error `InvalidArgument`. */
export function deleteCondition({
  request,
  receivedAt,
}: Exchange): Pick<PlaneCondition, 'size' | 'changedAt'> {
  const size = headerText(request.headers, SIZE)
  const time = headerText(request.headers, TIME)
  if (size !== undefined && !/^\d{1,15}$/.test(size)) throw invalidArgument('Invalid Argument', SIZE, size)
  return {
    size: size === undefined ? null : Number(size),
    changedAt: time === undefined ? null : parseHttpDate(time, receivedAt),
  }
}
