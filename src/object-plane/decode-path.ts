import { RequestFault } from '../http/faults.ts'

/** The path a client means, `%2F` included, whatever it chose to encode. Faults: `malformed-request`. */
export function decodePath(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath)
  } catch (error) {
    throw new RequestFault('malformed-request', 'the path is not percent-encoded UTF-8', error)
  }
}

/** The path for people to read: decoded where that is possible. */
export function readablePath(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath)
  } catch {
    return rawPath
  }
}
