import { accountsContract } from '../../../test/contracts/accounts.ts'
import { FEW } from '../../../test/contracts/amounts.ts'
import { answersContract } from '../../../test/contracts/answers.ts'
import { bucketsContract } from '../../../test/contracts/buckets.ts'
import { catalogContract } from '../../../test/contracts/catalog.ts'
import { coordinationContract } from '../../../test/contracts/coordination.ts'
import { keyListsContract } from '../../../test/contracts/key-lists.ts'
import { limitsContract } from '../../../test/contracts/limits.ts'
import { metadataContract } from '../../../test/contracts/metadata.ts'
import { openPostgresFacts } from '../../../test/contracts/stores/postgres.ts'
import { tasksContract } from '../../../test/contracts/tasks.ts'
import { tokensContract } from '../../../test/contracts/tokens.ts'
import { treesContract } from '../../../test/contracts/trees.ts'
import { uploadListsContract } from '../../../test/contracts/upload-lists.ts'

metadataContract('PostgreSQL', openPostgresFacts, FEW)
treesContract('PostgreSQL', openPostgresFacts, FEW)
answersContract('PostgreSQL', openPostgresFacts)
tokensContract('PostgreSQL', openPostgresFacts)
limitsContract('PostgreSQL', openPostgresFacts)
catalogContract('PostgreSQL', openPostgresFacts, FEW)
tasksContract('PostgreSQL', openPostgresFacts)
bucketsContract('PostgreSQL', openPostgresFacts)
keyListsContract('PostgreSQL', openPostgresFacts)
uploadListsContract('PostgreSQL', openPostgresFacts)
accountsContract('PostgreSQL', openPostgresFacts)

coordinationContract('PostgreSQL', async () => {
  const store = await openPostgresFacts()
  return { metadata: store.metadata, another: () => store.another(), close: store.close }
})
