import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that the caller removes. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'stowage-test-'))
