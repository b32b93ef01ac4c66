import { accountsContract } from '../../../test/contracts/accounts.ts'
import { FEW } from '../../../test/contracts/amounts.ts'
import { answersContract } from '../../../test/contracts/answers.ts'
import { bucketsContract } from '../../../test/contracts/buckets.ts'
import { catalogContract } from '../../../test/contracts/catalog.ts'
import { coordinationContract } from '../../../test/contracts/coordination.ts'
import { keyListsContract } from '../../../test/contracts/key-lists.ts'
import { limitsContract } from '../../../test/contracts/limits.ts'
import { metadataContract } from '../../../test/contracts/metadata.ts'
import { openSqliteFacts } from '../../../test/contracts/stores/sqlite.ts'
import { tasksContract } from '../../../test/contracts/tasks.ts'
import { tokensContract } from '../../../test/contracts/tokens.ts'
import { treesContract } from '../../../test/contracts/trees.ts'
import { uploadListsContract } from '../../../test/contracts/upload-lists.ts'

metadataContract('SQLite', openSqliteFacts, FEW)
treesContract('SQLite', openSqliteFacts, FEW)
answersContract('SQLite', openSqliteFacts)
tokensContract('SQLite', openSqliteFacts)
limitsContract('SQLite', openSqliteFacts)
catalogContract('SQLite', openSqliteFacts, FEW)
tasksContract('SQLite', openSqliteFacts)
bucketsContract('SQLite', openSqliteFacts)
keyListsContract('SQLite', openSqliteFacts)
uploadListsContract('SQLite', openSqliteFacts)
accountsContract('SQLite', openSqliteFacts)
coordinationContract('SQLite', openSqliteFacts)
