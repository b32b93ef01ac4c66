import { Command } from 'commander'
import { operatorToken, tokenFile } from '../admin/index.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { systemRandom } from '../system.ts'
import { configOf, withConfigOptions } from './options.ts'

/** `stowage admin-token`: what operators show to the admin listener. */
export function adminTokenCommand(dialects: readonly Dialect[]): Command {
  const command = new Command('admin-token')
    .description("print the operator's token for the admin listener; makes one where there is none")
    .option('--json', 'print JSON')
  return withConfigOptions(command, dialects).action(() => {
    const { server, admin } = configOf(command, dialects)
    const isConfigured = admin.token !== ''
    const token = isConfigured ? admin.token : operatorToken(server.dataDir, systemRandom)
    const file = isConfigured ? null : tokenFile(server.dataDir)
    console.log(command.opts<{ json?: boolean }>().json === true ? JSON.stringify({ token, file }) : token)
  })
}
