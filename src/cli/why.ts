import { Command } from 'commander'
import type { Dialect } from '../dialects/dialect.ts'
import { type AdminFlags, askAdmin, withAdmin } from './admin-client.ts'
import { configOf, withConfigOptions } from './options.ts'

/** `stowage why`: explains a refused request, beside a running server. */
export function whyCommand(dialects: readonly Dialect[]): Command {
  const command = new Command('why')
    .description('explain why a request of the last seven days was refused, by the request id of its answer')
    .argument('<id>', 'the request id that the client was given')
    .option('--json', 'print JSON')
  withConfigOptions(withAdmin(command), dialects)
  return command.action(async (id: string) => {
    const flags = command.opts<AdminFlags & { readonly json?: boolean }>()
    const path = `/v1/requests/${encodeURIComponent(id)}`
    const told = await askAdmin(path, flags, configOf(command, dialects))
    if (flags.json === true) console.log(JSON.stringify(told))
    else if (Array.isArray(told.explanation)) for (const line of told.explanation) console.log(line)
  })
}
