import { accountCommands } from './account-commands.ts'

accountCommands('SQLite', async () => ({ metadata: 'sqlite', blobs: 'disk' }))
