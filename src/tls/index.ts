import type { TlsListener } from '../http/tls.ts'
import type { Identity, TlsLog } from './identity.ts'

export { openAuthority } from './authority.ts'
export { openFiledIdentity } from './filed.ts'
export type { Identity } from './identity.ts'
export { openLocalIdentity } from './local.ts'
export { ownNames } from './names.ts'

const LOOK_EVERY_MS = 1000

/** A listener that shows an identity's certificate, and the next one once it is there. */
export interface Presenting {
  /** Looks now whether there is a newer certificate. */
  look(): Promise<void>
  stop(): void
}

/** Presents the certificate and, with `hasTimer`, looks for a newer one every second. */
export function presentOn(
  listener: TlsListener,
  identity: Identity,
  { hasTimer, log }: { readonly hasTimer: boolean; readonly log: TlsLog },
): Presenting {
  listener.present(identity.certificate)
  const look = async (): Promise<void> => {
    if (!(await identity.renew())) return
    listener.present(identity.certificate)
    log.info('the TLS certificate was replaced')
  }
  const timer = hasTimer ? setInterval(() => void look(), LOOK_EVERY_MS) : undefined
  timer?.unref()
  return { look, stop: () => clearInterval(timer) }
}
