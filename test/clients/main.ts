import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, before, describe, type TestContext, test } from 'node:test'
import { CALLS, PLACES, type Place } from './calls.ts'
import { CLIENTS, type Client, placesOf } from './clients.ts'
import { PAGE, renderClients } from './page.ts'
import { type OpenPlace, openPlace } from './places.ts'
import { type Command, runProgram, type Step } from './program.ts'
import { type ProgramResult, readRecord, type SuiteResult, writeRecord } from './record.ts'
import { pinnedVersion, runSuite, SUITES } from './suites.ts'
import { lacking, OF_THE_SYSTEM } from './system-programs.ts'
import { TOOLCHAINS } from './toolchains/index.ts'

/** STOWAGE_TEST_CLIENTS=Python,Node runs these alone. */
const asked = process.env.STOWAGE_TEST_CLIENTS?.split(',')
const notAsked = (language: string): string | false =>
  asked === undefined || asked.includes(language) ? false : 'not asked for'

const programs: Record<string, ProgramResult> = {}
const suites: Record<string, SuiteResult> = {}

const places = new Map<Place, OpenPlace>()
before(async () => {
  for (const place of PLACES) places.set(place, await openPlace(place))
})
after(async () => {
  for (const place of places.values()) await place.close()
})

for (const [language, toolchain] of Object.entries(TOOLCHAINS)) {
  const skip = notAsked(language) || (await toolchain.missing())
  describe(language, { skip }, () => {
    let commandOf: (program: string) => Command
    before(async () => {
      commandOf = await toolchain.prepare()
    })
    for (const client of CLIENTS.filter((each) => each.language === language)) {
      const skip = client.needs === undefined ? false : lacking(client.needs)
      for (const place of placesOf(client))
        test(`${client.name} by ${place}`, { skip }, (context) =>
          runClient(context, client, place, commandOf),
        )
    }
  })
}

describe('Node', { skip: notAsked('Node') }, () => {
  for (const suite of SUITES)
    test(suite.name, async (context) => {
      const passed: Record<string, string[]> = {}
      for (const { file, title, ok } of await runSuite(suite)) {
        if (ok) passed[file] = [...(passed[file] ?? []), title]
        await context.test(title, () => assert.ok(ok, `${file} tells why`))
      }
      suites[suite.name] = { version: pinnedVersion(suite.name), passed }
      assert.deepEqual(Object.keys(passed).sort(), [...suite.files].sort())
    })
})

test('the record and docs/clients.md tell what ran', () => {
  const record = readRecord()
  const merged = {
    programs: { ...record.programs, ...programs },
    suites: { ...record.suites, ...suites },
  }
  // A run of CI writes nothing: what it showed has to be what is recorded.
  if (process.env.CI === 'true') assert.deepEqual(merged, record)
  else {
    writeRecord(merged)
    writeFileSync(PAGE, renderClients(merged))
  }
})

async function runClient(
  context: TestContext,
  { name, program, api, language, without = {} }: Client,
  place: Place,
  commandOf: (program: string) => Command,
): Promise<void> {
  const setting = places.get(place)?.setting(`${program.replaceAll('_', '-')} ${PLACES.indexOf(place)}`)
  assert.ok(setting !== undefined)
  const steps = await runProgram(commandOf(program), setting)
  for (const { step, ok, error } of steps) await context.test(step, () => assert.ok(ok, error ?? step))
  const calls = CALLS[api].filter((call) => without[call] === undefined)
  const { passed } = programs[name] ?? { passed: {} }
  programs[name] = {
    version: TOOLCHAINS[language].versions().get(name) ?? OF_THE_SYSTEM,
    passed: { ...passed, [place]: calls.filter((call) => isPassed(steps, call)) },
  }
  // A program that ends early, or leaves a call out, has not shown what it should.
  assert.deepEqual(steps.map(({ step }) => step).sort(), [...calls].sort())
}

const isPassed = (steps: readonly Step[], call: string): boolean =>
  steps.some(({ step, ok }) => step === call && ok)
