import { createHash, timingSafeEqual } from 'node:crypto'

/** How a password is kept: in plain, as a configuration file has it. */
export type Password = { readonly kept: 'plain'; readonly text: string }

/** A password as somebody writes it. */
export const plainPassword = (text: string): Password => ({ kept: 'plain', text })

/**
 * Whether `given` is the password. Null stands for that of nobody: it is never right, and takes as long to tell, so that
 * time tells nothing about who is there.
 */
export async function isPassword(password: Password | null, given: string): Promise<boolean> {
  const isSame = timingSafeEqual(sha256(given), sha256(password?.text ?? ''))
  return isSame && password !== null
}

/** A secret text that changes when the password does: what was made for its owner may depend on it. */
export const passwordVersion = ({ text }: Password): string => text

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
