import { accountsContract } from '../contracts/accounts.ts'
import { FEW } from '../contracts/amounts.ts'
import { answersContract } from '../contracts/answers.ts'
import { bucketsContract } from '../contracts/buckets.ts'
import { catalogContract } from '../contracts/catalog.ts'
import { coordinationContract } from '../contracts/coordination.ts'
import { keyListsContract } from '../contracts/key-lists.ts'
import { limitsContract } from '../contracts/limits.ts'
import { metadataContract } from '../contracts/metadata.ts'
import { openPostgresFacts } from '../contracts/stores/postgres.ts'
import { tasksContract } from '../contracts/tasks.ts'
import { tokensContract } from '../contracts/tokens.ts'
import { treesContract } from '../contracts/trees.ts'
import { uploadListsContract } from '../contracts/upload-lists.ts'

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
coordinationContract('PostgreSQL', openPostgresFacts)
