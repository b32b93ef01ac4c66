import { X509Certificate } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import type { Certificate } from '../http/tls.ts'
import type { TlsLog } from './identity.ts'

const DAY_MS = 24 * 3600 * 1000

export interface EndingParts {
  readonly clock: Clock
  readonly log: TlsLog
}

/**
 * Warns of a certificate that ends within `soonDays`, and once more when it has ended. `what` begins the warning; `advice`
 * ends it. Call it as often as you like.
 */
export function watchEnd(
  { clock, log }: EndingParts,
  soonDays: number,
  advice: string,
): (what: string, certificate: Certificate) => void {
  let warned = ''
  return (what, { chain }) => {
    const { validToDate: end } = new X509Certificate(chain)
    const leftMs = end.getTime() - clock.now()
    if (leftMs > soonDays * DAY_MS) return
    const line = `${what} ${leftMs > 0 ? 'ends' : 'ended'} on ${end.toISOString()}; ${advice}`
    if (line !== warned) log.warn(line)
    warned = line
  }
}
