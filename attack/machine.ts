import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Impossible } from './attack.ts'

/** A small disk of its own below a folder. Throws Impossible where this may not be mounted. */
export function mountDisk(folder: string, size: number): { release(): void } {
  mkdirSync(folder, { recursive: true })
  run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], 'a small disk cannot be mounted here')
  return { release: () => void execFileSync('umount', ['-l', folder]) }
}

/** Where the DNS server of an attack listens, as `/etc/resolv.conf` can say it. */
export const DNS_ADDRESS = '127.77.0.53'

/**
 * A command that runs another one with the attack's DNS server as its only resolver. Throws Impossible where a process may not
 * have mounts of its own.
 */
export function withOwnDns(folder: string): readonly string[] {
  const file = join(folder, 'resolv.conf')
  writeFileSync(file, `nameserver ${DNS_ADDRESS}\noptions timeout:1 attempts:1\n`)
  const script = `mount --bind "${file}" /etc/resolv.conf && exec "$@"`
  const command = ['unshare', '--mount', 'sh', '-c', script, 'sh']
  run(command[0] ?? '', [...command.slice(1), 'true'], 'a process cannot have a resolver of its own here')
  return command
}

function run(command: string, args: readonly string[], otherwise: string): void {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
  } catch {
    throw new Impossible(otherwise)
  }
}
