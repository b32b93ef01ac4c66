import { Command } from 'commander'
import { version } from '../version.ts'

/** The command line without its commands. */
export const rootCommand = (): Command =>
  new Command('stowage')
    .description('A self-hosted media-upload server that speaks the wire APIs of cloud media services.')
    .version(version())
    .addHelpText('after', "\nRun `stowage COMMAND --help` for a command's options.")
