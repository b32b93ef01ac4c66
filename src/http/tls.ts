import { createSecureContext, type SecureContext } from 'node:tls'

/** The oldest version of TLS that is spoken. */
export const TLS_VERSION_MIN = 'TLSv1.2'

/** A certificate with its key, both as PEM. */
export interface Certificate {
  /** The certificate itself first, then those between it and an authority that clients know. */
  readonly chain: string
  readonly key: string
}

/** The certificate for a host name that a client asks for; null: the listener's. */
export type CertificateFor = (name: string) => Promise<Certificate | null>

/** Where HTTPS is spoken. */
export interface TlsListener {
  readonly port: number
  /**
   * From now on new connections get this certificate; those that are open stay as they are. Before the first one, all are
   * refused. Throws where certificate and key cannot be used.
   */
  present(certificate: Certificate): void
}

const contexts = new WeakMap<Certificate, SecureContext>()

/** The context of a certificate, made once. */
export function contextOf(certificate: Certificate): SecureContext {
  const known = contexts.get(certificate)
  if (known !== undefined) return known
  const { chain, key } = certificate
  const context = createSecureContext({ cert: chain, key, minVersion: TLS_VERSION_MIN })
  contexts.set(certificate, context)
  return context
}
