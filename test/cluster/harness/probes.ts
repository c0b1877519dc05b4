import { request } from 'node:http'
import type { Container, Probe } from './objects.ts'

/** Tells what the probes of a container have found so far. */
export interface Probing {
  stop(): void
}

export interface ProbeEvents {
  onReady(ready: boolean): void
  /** The container must be started anew. */
  onDead(reason: string): void
}

/** kubelet's defaults. */
const defaults = { periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3, initialDelaySeconds: 0 }

/** Probes a container as kubelet does: first until it has started, then for readiness and for life. */
export function probe(container: Container, address: string, events: ProbeEvents): Probing {
  const timers = new Set<NodeJS.Timeout>()

  /** `onChange` hears the first result and each other one after it; failures count from the threshold on. */
  function repeat(found: Probe, onChange: (healthy: boolean) => void): void {
    const { periodSeconds, timeoutSeconds, failureThreshold, initialDelaySeconds } = { ...defaults, ...found }
    let failures = 0
    let last: boolean | undefined
    async function once(): Promise<void> {
      const healthy = await ask(found, container, address, timeoutSeconds)
      if (stopped) return
      failures = healthy ? 0 : failures + 1
      if (healthy !== last && (healthy || failures >= failureThreshold)) {
        last = healthy
        onChange(healthy)
      }
    }
    later(() => {
      void once()
      const timer = setInterval(() => void once(), periodSeconds * 1000)
      timers.add(timer)
    }, initialDelaySeconds)
  }

  function later(what: () => void, seconds: number): void {
    timers.add(setTimeout(what, seconds * 1000))
  }

  function started(): void {
    if (container.readinessProbe === undefined) events.onReady(true)
    else repeat(container.readinessProbe, (healthy) => events.onReady(healthy))
    if (container.livenessProbe === undefined) return
    repeat(container.livenessProbe, (healthy) => {
      if (!healthy) events.onDead('the liveness probe failed')
    })
  }

  let stopped = false
  let hasStarted = false
  if (container.startupProbe === undefined) started()
  else {
    repeat(container.startupProbe, (healthy) => {
      if (!healthy) events.onDead('the startup probe failed')
      if (healthy && !hasStarted) {
        hasStarted = true
        started()
      }
    })
  }
  return {
    stop() {
      stopped = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

function ask({ httpGet }: Probe, container: Container, address: string, seconds: number): Promise<boolean> {
  if (httpGet === undefined) throw new Error(`the kubelet of the tests knows no other probes than httpGet`)
  const { port: wanted, path = '/' } = httpGet
  const port =
    typeof wanted === 'number' ? wanted : container.ports?.find(({ name }) => name === wanted)?.containerPort
  return new Promise((resolve) => {
    const sent = request({ host: address, port, path, timeout: seconds * 1000, agent: false }, (answer) => {
      answer.resume()
      resolve((answer.statusCode ?? 500) < 400)
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')))
    sent.on('error', () => resolve(false))
    sent.end()
  })
}
