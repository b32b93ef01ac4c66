import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { rows as huaweiVod } from './huawei-vod.ts'
import { rows as iflytekOst } from './iflytek-ost.ts'
import { type Marker, markersOf, titlesOf } from './markers.ts'
import { rows as tencentSmh } from './tencent-smh.ts'
import type { CoverageRow } from './types.ts'
import { rows as volcengineVms } from './volcengine-vms.ts'

const root = join(import.meta.dirname, '../..')

/** Every dialect's table, by the name of its page. */
export const TABLES: Readonly<Record<string, readonly CoverageRow[]>> = {
  'huawei-vod': huaweiVod,
  'iflytek-ost': iflytekOst,
  'tencent-smh': tencentSmh,
  'volcengine-vms': volcengineVms,
}

/**
 * Whose rows have no markers yet: a dialect, or the files of its tests that are left. To get empty: a dialect that is not here has a
 * marker for each row.
 */
const UNMARKED: Readonly<Record<string, 'all' | readonly string[]>> = {
  'huawei-vod': [
    'src/dialects/huawei-vod/auth/aksk.test.ts',
    'src/dialects/huawei-vod/auth/iam-tokens.test.ts',
    'src/dialects/huawei-vod/auth/policy.test.ts',
    'src/dialects/huawei-vod/auth/spellings.test.ts',
    'src/dialects/huawei-vod/errors.test.ts',
    'src/dialects/huawei-vod/model/category-tree.test.ts',
    'src/dialects/huawei-vod/model/media.test.ts',
    'src/dialects/huawei-vod/model/video-facts.test.ts',
    'src/object-plane/obs/v4.test.ts',
    'src/object-plane/obs/verify.test.ts',
    'test/contracts/dialect.ts',
    'test/dialects/huawei-vod/categories.test.ts',
    'test/dialects/huawei-vod/clients.test.ts',
    'test/dialects/huawei-vod/duplication.test.ts',
    'test/dialects/huawei-vod/events.test.ts',
    'test/dialects/huawei-vod/limited-accounts.test.ts',
    'test/dialects/huawei-vod/media.test.ts',
    'test/dialects/huawei-vod/pull.test.ts',
    'test/dialects/huawei-vod/python.test.ts',
    'test/dialects/huawei-vod/sdk.test.ts',
    'test/dialects/huawei-vod/temporary-keys.test.ts',
    'test/dialects/huawei-vod/temporary-policies.test.ts',
    'test/dialects/huawei-vod/temporary-scopes.test.ts',
    'test/dialects/huawei-vod/temporary-sdk.test.ts',
    'test/dialects/huawei-vod/update-files.test.ts',
    'test/dialects/huawei-vod/update-meta.test.ts',
    'test/dialects/whose.test.ts',
    'test/e2e/readme.test.ts',
  ],
  'iflytek-ost': 'all',
  'tencent-smh': [
    'test/dialects/tencent-smh/android.test.ts',
    'test/dialects/tencent-smh/content-cas.test.ts',
    'test/dialects/tencent-smh/cos-sdk.test.ts',
    'test/dialects/tencent-smh/errors.test.ts',
    'test/dialects/tencent-smh/flags.test.ts',
    'test/dialects/tencent-smh/form.test.ts',
    'test/dialects/tencent-smh/grants.test.ts',
    'test/dialects/tencent-smh/inodes.test.ts',
    'test/dialects/tencent-smh/java-and-go.test.ts',
    'test/dialects/tencent-smh/javascript-calls.test.ts',
    'test/dialects/tencent-smh/javascript-files.test.ts',
    'test/dialects/tencent-smh/javascript.test.ts',
    'test/dialects/tencent-smh/later-spaces.test.ts',
    'test/dialects/tencent-smh/log.test.ts',
    'test/dialects/tencent-smh/media-library.test.ts',
    'test/dialects/tencent-smh/quick-upload.test.ts',
    'test/dialects/tencent-smh/rights.test.ts',
    'test/dialects/tencent-smh/search-fs.test.ts',
    'test/dialects/tencent-smh/search-refusals.test.ts',
    'test/dialects/tencent-smh/search.test.ts',
    'test/dialects/tencent-smh/slashes.test.ts',
    'test/dialects/tencent-smh/tasks.test.ts',
    'test/dialects/tencent-smh/traffic.test.ts',
    'test/dialects/tencent-smh/vectors.test.ts',
    'test/long/smh-speed.ts',
    'test/long/renewed-upload.ts',
    'src/dialects/tencent-smh/errors.test.ts',
  ],
  'volcengine-vms': 'all',
}

const HEADINGS: Readonly<Record<CoverageRow['area'], string>> = {
  call: 'Calls',
  parameter: 'Parameters',
  answer: 'Answers',
  limit: 'Limits',
  error: 'Errors',
  authentication: 'Authentication',
  grant: 'Grants',
  client: 'Clients',
}

/** The files that each test title stands in. */
export type Titles = ReadonlyMap<string, readonly string[]>

/** All titles of the tests' sources. */
export function testTitles(): Titles {
  const titles = new Map<string, readonly string[]>()
  for (const { path, source } of testSources())
    for (const title of titlesOf(source)) titles.set(title, [path, ...(titles.get(title) ?? [])])
  return titles
}

/** All markers of the tests' sources, but for those of the template of new dialects, which has no page. */
export function testMarkers(): readonly Marker[] {
  const sources = testSources().filter(({ path }) => !/^test\/(coverage|support|fifth-dialect)\//.test(path))
  return sources.flatMap(({ path, source }) => markersOf(path, source))
}

/** Whether a row needs no marker yet. */
export function isUnmarked(dialect: string, row: CoverageRow, titles: Titles): boolean {
  const unmarked = UNMARKED[dialect] ?? []
  return unmarked === 'all' || unmarked.includes(fileOf(dialect, row, titles))
}

/** The coverage page of a dialect. `titles` gives each row's test its file, the dialect's own one where there are several. */
export function renderTable(dialect: string, rows: readonly CoverageRow[], titles: Titles): string {
  const areas = Object.entries(HEADINGS).filter(([area]) => rows.some((row) => row.area === area))
  const sections = areas.map(([area, heading]) => {
    const lines = rows
      .filter((row) => row.area === area)
      .map((row) => renderRow(row, fileOf(dialect, row, titles)))
    return [
      `## ${heading}`,
      '',
      '| item | meaning | known from | test |',
      '| --- | --- | --- | --- |',
      ...lines,
    ].join('\n')
  })
  const intro = `What Stowage serves of ${dialect}, how each point is known, and the test that fails when it breaks.\nGenerated by \`npm run coverage-docs\`.`
  return `# Coverage: ${dialect}\n\n${intro}\n\n${sections.join('\n\n')}\n`
}

/** Where the page is kept. */
export const pagePath = (dialect: string): string => join(root, 'docs/coverage', `${dialect}.md`)

function fileOf(dialect: string, { test }: CoverageRow, titles: Titles): string {
  const files = titles.get(test) ?? []
  return files.find((file) => file.includes(dialect)) ?? files[0] ?? 'not found'
}

function renderRow(row: CoverageRow, file: string): string {
  const cells = [`\`${row.item}\``, row.meaning, row.knownFrom, `${row.test} (${file})`]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
}

function testSources(): readonly { readonly path: string; readonly source: string }[] {
  const files = [...testFiles(join(root, 'src')), ...testFiles(join(root, 'test'))]
  return files.map((file) => ({ path: relative(root, file), source: readFileSync(file, 'utf8') }))
}

function testFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return testFiles(path)
    return name.endsWith('.ts') ? [path] : []
  })
}
