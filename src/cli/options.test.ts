import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Command } from 'commander'
import { DIALECTS } from '../dialects/index.ts'
import { configOf, withConfigOptions } from './options.ts'

test('a command tells where things are, and takes what the server is started with, too', () => {
  const command = withConfigOptions(new Command('look'), DIALECTS)
  assert.match(command.helpInformation(), /--data-dir.*--metadata.*--blobs/s)
  assert.doesNotMatch(command.helpInformation(), /--listen/)
  command.parse(['--listen', '127.0.0.1:1', '--data-dir', '/somewhere'], { from: 'user' })
  assert.equal(configOf(command, DIALECTS).server.dataDir, '/somewhere')
  assert.match(withConfigOptions(new Command('run'), DIALECTS, 'all').helpInformation(), /--listen/)
})
