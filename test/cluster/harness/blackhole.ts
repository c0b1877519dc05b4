import { addresses } from './addresses.ts'
import { runOrThrow } from './processes.ts'

const table = '100'

/**
 * Drops what this namespace, which the API server is in, sends to a port of any pod that runs: as a security group does, nothing comes
 * back. Pods still reach each other. Resolves with what ends it. (By a rule for the route: into a cable whose other end is nobody.)
 */
export async function dropPackets(port: number): Promise<() => Promise<void>> {
  const rule = ['iif', 'lo', 'to', podRange, 'ipproto', 'tcp', 'dport', String(port), 'lookup', table]
  await runOrThrow('ip', ['link', 'add', 'void', 'type', 'veth', 'peer', 'name', 'nobody'])
  for (const name of ['void', 'nobody']) await runOrThrow('ip', ['link', 'set', name, 'arp', 'off', 'up'])
  await runOrThrow('ip', ['route', 'add', podRange, 'dev', 'void', 'src', addresses.gateway, 'table', table])
  await runOrThrow('ip', ['rule', 'add', ...rule])
  return async () => {
    await runOrThrow('ip', ['rule', 'del', ...rule])
    await runOrThrow('ip', ['link', 'del', 'void'])
  }
}

/** Of the pods that run. */
const podRange = '10.251.0.0/16'
