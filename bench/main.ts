import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { benchCluster } from './cluster.ts'
import { benchCompletion } from './completion.ts'
import { benchLargeUploads } from './large-uploads.ts'
import { benchLists } from './lists.ts'
import { benchOneDirectory } from './one-directory.ts'
import { benchReads } from './reads.ts'
import type { Row } from './report.ts'
import { printTable } from './report.ts'
import { benchSmallUploads } from './small-uploads.ts'
import { benchConfirm, benchRenewals } from './tencent-smh.ts'
import { benchVodConfirms } from './vod-confirms.ts'
import { benchVodLists } from './vod-lists.ts'

const SECTIONS: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  'small uploads': benchSmallUploads,
  'large uploads': benchLargeUploads,
  reads: benchReads,
  completion: benchCompletion,
  'tencent-smh renewals': benchRenewals,
  'tencent-smh lists': benchLists,
  'tencent-smh confirms': benchConfirm,
  'huawei-vod confirms': benchVodConfirms,
  'huawei-vod lists': benchVodLists,
  'one directory': benchOneDirectory,
  cluster: benchCluster,
}

const { positionals } = parseArgs({ allowPositionals: true })
const [cpu] = cpus()
console.log(
  `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.versions.node}\n`,
)
for (const [name, run] of Object.entries(SECTIONS)) {
  if (positionals.length === 0 || positionals.some((word) => name.includes(word)))
    printTable(name, await run())
}
