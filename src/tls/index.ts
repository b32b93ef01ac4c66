import type { TlsListener } from '../http/tls.ts'
import { type EndingParts, watchEnd } from './ending.ts'
import type { Identity } from './identity.ts'

export { openAuthority } from './authority.ts'
export { openFiledIdentity } from './filed.ts'
export type { Identity } from './identity.ts'
export { openLocalIdentity } from './local.ts'
export { ownNames } from './names.ts'

const LOOK_EVERY_MS = 1000
/** What local authorities make is replaced earlier. */
const SOON_DAYS = 14

/** A listener that shows an identity's certificate, and the next one once it is there. */
export interface Presenting {
  /** Looks now whether there is a newer certificate. */
  look(): Promise<void>
  stop(): void
}

/** Presents the certificate and, with `hasTimer`, looks for a newer one every second. */
export function presentOn(
  listener: Pick<TlsListener, 'present'>,
  identity: Identity,
  { hasTimer, ...parts }: EndingParts & { readonly hasTimer: boolean },
): Presenting {
  const watch = watchEnd(parts, SOON_DAYS, 'replace it')
  listener.present(identity.certificate)
  watch('the TLS certificate', identity.certificate)
  const look = async (): Promise<void> => {
    const isNew = await identity.renew()
    if (isNew) listener.present(identity.certificate)
    if (isNew) parts.log.info('the TLS certificate was replaced')
    watch('the TLS certificate', identity.certificate)
  }
  const timer = hasTimer ? setInterval(() => void look(), LOOK_EVERY_MS) : undefined
  timer?.unref()
  return { look, stop: () => clearInterval(timer) }
}
