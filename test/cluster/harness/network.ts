import { writeFile } from 'node:fs/promises'
import { addresses } from './addresses.ts'
import { runOrThrow } from './processes.ts'

/** A pod's own network namespace, joined to the cluster's by a cable. */
export interface PodNetwork {
  /** For `nsenter --net=`. */
  readonly path: string
  readonly address: string
  remove(): Promise<void>
}

/** What the namespace of the cluster has from the start. */
export async function prepareNetwork(): Promise<void> {
  await ip('', [
    'link set lo up',
    `addr replace ${addresses.apiServer}/32 dev lo`,
    `addr replace ${addresses.gateway}/32 dev lo`,
    `addr replace ${addresses.node}/32 dev lo`,
  ])
  // Pods reach each other by the gateway, which is this namespace.
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1')
}

/** Makes the network of one pod, as a CNI plug-in does: one address, and everything else by the gateway. */
export async function createPodNetwork(id: string, address: string): Promise<PodNetwork> {
  const name = `pod-${id}`
  const cable = `v${id}`
  await runOrThrow('ip', ['netns', 'add', name])
  await ip('', [
    `link add ${cable} type veth peer name eth0 netns ${name}`,
    `link set ${cable} up`,
    `route add ${address}/32 dev ${cable}`,
  ])
  await ip(name, [
    'link set lo up',
    'link set eth0 up',
    `addr add ${address}/32 dev eth0`,
    `route add ${addresses.gateway} dev eth0`,
    `route add default via ${addresses.gateway}`,
  ])
  return {
    path: `/run/netns/${name}`,
    address,
    async remove() {
      // The cable goes with its other end.
      await runOrThrow('ip', ['netns', 'del', name])
    },
  }
}

async function ip(namespace: string, lines: readonly string[]): Promise<void> {
  const inside = namespace === '' ? [] : ['-n', namespace]
  await runOrThrow('ip', [...inside, '-batch', '-'], { input: `${lines.join('\n')}\n` })
}
