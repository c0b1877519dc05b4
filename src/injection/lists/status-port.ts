import type { Traits } from '../../istio/traits.ts'
import { stringsAt } from '../json.ts'
import { meshStatusPort } from '../mesh.ts'
import { annotatedStatusPort, boolAt } from '../annotation-values.ts'
import type { PodRequest } from '../pod-request.ts'
import type { ListSettings } from './settings.ts'
import type { ListOverlay } from './overlay.ts'

const rewriteKey = 'sidecar.istio.io/rewriteAppHTTPProbers'

/** Whether the application's probes go through pilot-agent: the template says so, and from 1.2 the pod may. */
export function rewritesProbes(traits: Traits, { annotations }: PodRequest, overlay: ListOverlay): boolean {
  if (traits.probes.rewritten.length === 0 || sidecarOf(overlay) === undefined) return false
  const own = traits.probes.annotation ? annotations : {}
  return boolAt(own, rewriteKey) ?? overlay.rewriteAppHTTPProbe
}

/** The port of pilot-agent that probes are sent to; undefined leaves them alone. */
export function redirectPort(
  settings: ListSettings,
  request: PodRequest,
  overlay: ListOverlay,
): number | undefined {
  if (!rewritesProbes(settings.traits, request, overlay)) return undefined
  if (settings.traits.probes.statusPort === 'argument') return portArgument(overlay)
  return annotatedStatusPort(request.annotations) ?? meshStatusPort(settings.mesh)
}

function portArgument(overlay: ListOverlay): number | undefined {
  const args = stringsAt(sidecarOf(overlay)?.json ?? {}, 'args')
  for (const [index, arg] of args.entries()) {
    const match = /^--?statusPort(?:=(.*))?$/.exec(arg)
    if (match === null) continue
    const port = Number(match[1] ?? args[index + 1])
    if (Number.isInteger(port) && port !== 0) return port
  }
  return undefined
}

function sidecarOf(overlay: ListOverlay): ListOverlay['lists']['containers'][number] | undefined {
  return overlay.lists.containers.find((item) => item.name === 'istio-proxy')
}
