import { PlaneError } from './errors.ts'

/** Throws `key-invalid` unless the key has 1 to `sizeMax` bytes of UTF-8 and no control characters. */
export function requireKey(key: string, sizeMax: number): void {
  const size = Buffer.byteLength(key)
  if (size === 0 || size > sizeMax || /\p{Cc}/u.test(key))
    throw new PlaneError('key-invalid', 'the object key is not valid')
}
