import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CLIENTS_FOLDER, cached, command, filesIn, lacks, type Toolchain } from './toolchain.ts'

/** Programs are built with the modules of go.mod; their sums are those of go.sum. */
export const go: Toolchain = {
  missing: () => lacks('go', 'version'),
  versions: () => {
    const required = readFileSync(join(CLIENTS_FOLDER, 'go/go.mod'), 'utf8').matchAll(
      /^\t(\S+) v([^\s+]+)(?:\+incompatible)?$/gm,
    )
    return new Map(
      [...required].map(([, path = '', version = '']) => [
        path.replace(/\/v\d+$/, '').replace(/.*\//, ''),
        version,
      ]),
    )
  },
  prepare: async () => {
    const folder = await cached('go', filesIn('go'), (at) =>
      command(
        'go',
        ['build', '-mod=readonly', '-buildvcs=false', '-o', `${at}/`, './...'],
        join(CLIENTS_FOLDER, 'go'),
      ),
    )
    return (program) => ({ file: join(folder, program), args: [], env: {} })
  },
}
