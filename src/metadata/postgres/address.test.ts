import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameOf, parseAddress } from './address.ts'

test('an address names one server or several, and every one has the user, the database and the parameters', () => {
  assert.deepEqual(parseAddress('postgres://u:p@h:5433/db?sslmode=require'), {
    servers: ['postgres://u:p@h:5433/db?sslmode=require'],
    mustTakeWrites: false,
  })
  assert.deepEqual(
    parseAddress('postgresql://u:p@h1:5432,[::1]:5433,h3/db?target_session_attrs=read-write'),
    {
      servers: ['h1:5432', '[::1]:5433', 'h3'].map(
        (host) => `postgresql://u:p@${host}/db?target_session_attrs=read-write`,
      ),
      mustTakeWrites: true,
    },
  )
  assert.deepEqual(parseAddress('postgres://h1,h2'), {
    servers: ['postgres://h1', 'postgres://h2'],
    mustTakeWrites: true,
  })
  assert.equal(parseAddress('postgres://h/db?target_session_attrs=primary').mustTakeWrites, true)
  assert.equal(parseAddress('postgres://h/db?target_session_attrs=any').mustTakeWrites, false)
  assert.equal(parseAddress('postgres:///db?host=/run/postgresql').servers.length, 1)
  assert.equal(parseAddress('postgres://u:a,b@c@h/db').servers.length, 1)
})

test('what is no address is refused, and nothing of it is told', () => {
  const wrong = [
    '',
    'mysql://u:secret@h/db',
    'postgres://u:secret@[/db',
    'postgres://u:secret@h1,/db',
    'postgres://u:secret@h1,,h2/db',
    'postgres://u:secret@h1:1,h2:x/db',
    'postgres://u:secret@h1,h2/db?target_session_attrs=standby',
    'postgres://u:secret@h/db?target_session_attrs=read-only',
  ]
  for (const address of wrong) {
    assert.throws(
      () => parseAddress(address),
      (error: Error) => /^the address of PostgreSQL has/.test(error.message) && !/secret/.test(error.message),
    )
  }
})

test('a server is called by its host and port alone', () => {
  assert.equal(nameOf('postgres://u:secret@h:5433/db'), 'h:5433')
  assert.equal(nameOf('postgres:///db?host=/run/postgresql'), 'the local socket')
})
