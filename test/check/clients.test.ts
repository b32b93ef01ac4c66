import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { CALLS } from '../clients/calls.ts'
import { CLIENTS, placesOf } from '../clients/clients.ts'
import { PAGE, renderClients } from '../clients/page.ts'
import { readRecord } from '../clients/record.ts'
import { pinnedVersion, SUITES } from '../clients/suites.ts'
import { OF_THE_SYSTEM } from '../clients/system-programs.ts'
import { TOOLCHAINS } from '../clients/toolchains/index.ts'
import { testTitles } from '../coverage/table.ts'

describe('docs/clients.md', () => {
  const record = readRecord()

  test('is what the recorded run showed', () => {
    assert.equal(readFileSync(PAGE, 'utf8'), renderClients(record), 'run npm run test:clients')
  })

  for (const client of CLIENTS)
    test(`has run with the pinned version, every call in every place: ${client.name}`, () => {
      const { name, language, api, without = {} } = client
      const calls = CALLS[api].filter((call) => without[call] === undefined)
      assert.deepEqual(record.programs[name], {
        version: TOOLCHAINS[language].versions().get(name) ?? OF_THE_SYSTEM,
        passed: Object.fromEntries(placesOf(client).map((place) => [place, calls])),
      })
    })

  test('a client is without calls of its API alone', () => {
    for (const { name, api, without = {} } of CLIENTS)
      for (const call of Object.keys(without))
        assert.ok((CALLS[api] as readonly string[]).includes(call), `${name}: ${call}`)
  })

  test('its Node suites are those of the project, with the pinned versions', () => {
    const titles = testTitles()
    assert.deepEqual(Object.keys(record.suites).sort(), SUITES.map(({ name }) => name).sort())
    for (const { name, files } of SUITES) {
      const suite = record.suites[name]
      assert.equal(suite?.version, pinnedVersion(name))
      assert.deepEqual(Object.keys(suite?.passed ?? {}).sort(), [...files].sort())
      for (const [file, shown] of Object.entries(suite?.passed ?? {}))
        for (const title of shown) assert.ok(titles.get(title)?.includes(file), `${file}: ${title}`)
    }
  })
})
