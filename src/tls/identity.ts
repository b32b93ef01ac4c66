import type { Certificate, CertificateFor } from '../http/tls.ts'

/** Who the server says it is. */
export interface Identity {
  /** For clients that ask for no name, or for one that has no certificate of its own. */
  readonly certificate: Certificate
  readonly certificateFor: CertificateFor
  /** Looks whether there is a newer certificate. True: `certificate` is another one now. Never rejects. */
  renew(): Promise<boolean>
}

/** Takes lines for people. */
export interface TlsLog {
  info(line: string): void
  warn(line: string): void
}
