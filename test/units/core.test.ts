import { runGroup } from './groups.ts'

await runGroup('core')
