import { accountCommands } from '../e2e/account-commands.ts'
import { createDatabase } from '../support/postgres.ts'

accountCommands('PostgreSQL', async () => ({ metadata: (await createDatabase()).url, blobs: 'disk' }))
