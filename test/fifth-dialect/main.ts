import { run } from '../../src/cli/program.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import { fifthDialect } from './dialect/index.ts'

/** The command line of a server that has a fifth dialect beside its own. */
await run([...DIALECTS, fifthDialect])
