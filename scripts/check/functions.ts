import { spawnSync } from 'node:child_process'
import { z } from 'zod'

const RULE = 'lint/complexity/noExcessiveLinesPerFunction'

const Report = z.object({
  diagnostics: z.array(
    z.object({
      category: z.string(),
      message: z.string(),
      location: z.object({ path: z.string(), start: z.object({ line: z.number() }) }),
    }),
  ),
})

/** Functions that are longer than `function-lengths.json` says, tests aside, as the linter finds them. */
export function longFunctions(root: string): readonly string[] {
  const args = ['lint', '--config-path=scripts/check/function-lengths.json', '--reporter=json']
  const { stdout, stderr } = spawnSync('npx', ['--no-install', 'biome', ...args, '--max-diagnostics=none'], {
    ...{ cwd: root, encoding: 'utf8' },
  })
  if (stdout === '') throw new Error(`biome says nothing: ${stderr}`)
  return Report.parse(JSON.parse(stdout))
    .diagnostics.filter(({ category }) => category === RULE)
    .map(({ message, location }) => `${location.path}:${location.start.line}: ${message}`)
}
