import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { text } from 'node:stream/consumers'

const ROOT = join(import.meta.dirname, '../..')

/** A client of Node, with the test files that drive it: they are part of `npm test` too. */
export interface Suite {
  /** As its package is named. */
  readonly name: string
  readonly files: readonly string[]
}

export const SUITES: readonly Suite[] = [
  { name: '@volcengine/openapi', files: ['test/dialects/volcengine-vms/clients.test.ts'] },
  {
    name: '@volcengine/tos-sdk',
    files: ['test/object-plane/tos-sdk.test.ts', 'test/dialects/volcengine-vms/tos-client.test.ts'],
  },
  {
    name: 'cos-nodejs-sdk-v5',
    files: ['test/object-plane/cos-sdk.test.ts', 'test/dialects/tencent-smh/cos-sdk.test.ts'],
  },
  { name: 'esdk-obs-nodejs', files: ['test/object-plane/obs-sdk.test.ts'] },
  { name: '@huaweicloud/huaweicloud-sdk-vod', files: ['test/dialects/huawei-vod/sdk.test.ts'] },
]

/** The version of a package that the project pins. */
export function pinnedVersion(name: string): string {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>
  }
  return devDependencies[name] ?? 'not pinned'
}

export interface SuiteTest {
  readonly file: string
  readonly title: string
  readonly ok: boolean
}

/** Runs test files by a runner of their own, and tells of each test. Skipped ones are left out. */
export async function runSuite({ files }: Suite): Promise<readonly SuiteTest[]> {
  const child = spawn(process.execPath, ['--test', '--test-reporter=junit', ...files], {
    cwd: ROOT,
    // Else the runner takes itself for a part of this one.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [report] = await Promise.all([text(child.stdout), once(child, 'close')])
  const cases = report.matchAll(
    /<testcase name="([^"]*)"[^>]*?file="([^"]*)"[^>]*?(\/>|>([\s\S]*?)<\/testcase>)/g,
  )
  return [...cases]
    .filter(([, , , , inside = '']) => !inside.includes('<skipped'))
    .map(([, title = '', file = '', , inside = '']) => ({
      ...{ file: relative(ROOT, file), title: unescaped(title), ok: !inside.includes('<failure') },
    }))
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['amp', '&'],
])

const unescaped = (xml: string): string =>
  xml.replaceAll(/&(\w+);/g, (all, name: string) => ENTITIES.get(name) ?? all)
