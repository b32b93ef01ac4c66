import { join } from 'node:path'
import { runFolder } from '../support/folder-tests.ts'

await runFolder(join(import.meta.dirname, 's3'))
