import type { Command } from 'commander'
import type { Dialect } from '../dialects/dialect.ts'
import { accountCommand } from './accounts/account.ts'
import { credentialCommands } from './accounts/credential.ts'
import { keyCommand } from './accounts/key.ts'
import { adminTokenCommand } from './admin-token.ts'
import { backupCommand } from './backup/backup.ts'
import { exportCommand } from './backup/export.ts'
import { importCommand } from './backup/import.ts'
import { restoreCommand } from './backup/restore.ts'
import { dialectCommands } from './dialect-commands.ts'
import { fsckCommand } from './fsck/command.ts'
import { holdCommand, releaseCommand } from './hold.ts'
import { hostsCommand } from './hosts.ts'
import { migrateCommand } from './migrate.ts'
import { rootCommand } from './root.ts'
import { serveCommand } from './serve.ts'
import { tlsCommand } from './tls.ts'
import { whyCommand } from './why.ts'

/** The command line of a server with these dialects. */
export function createProgram(dialects: readonly Dialect[]): Command {
  const program = rootCommand()
    .addCommand(serveCommand(dialects))
    .addCommand(accountCommand(dialects))
    .addCommand(keyCommand(dialects))
  for (const command of credentialCommands(dialects)) program.addCommand(command)
  program.addCommand(holdCommand(dialects)).addCommand(releaseCommand(dialects))
  for (const command of dialectCommands(dialects)) program.addCommand(command)
  return program
    .addCommand(fsckCommand(dialects))
    .addCommand(backupCommand(dialects))
    .addCommand(restoreCommand(dialects))
    .addCommand(exportCommand(dialects))
    .addCommand(importCommand(dialects))
    .addCommand(migrateCommand(dialects))
    .addCommand(tlsCommand(dialects))
    .addCommand(hostsCommand(dialects))
    .addCommand(adminTokenCommand(dialects))
    .addCommand(whyCommand(dialects))
}
