import { resolve } from 'node:path'
import { PAGE, withLimits } from '../../security/limits.ts'
import type { DocumentRule } from '../documents.ts'

const ROOT = resolve(import.meta.dirname, '../../..')

/** The page on security has the limits that the code has. */
export const limits: DocumentRule = (documents) =>
  documents
    .filter(({ path, text }) => path === PAGE && text !== withLimits(text, ROOT))
    .map(({ path }) => `${path}: its limits are not those of the code: npm run security-docs`)
