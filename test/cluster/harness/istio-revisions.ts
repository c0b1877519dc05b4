import type { DataObject } from './objects.ts'
import { readObject, releaseFolder } from './scenario.ts'

/** Istio's ConfigMaps of a release, as those of a revision. */
export function ofRevision(folder: string, revision: string): readonly DataObject[] {
  return ['istio', 'istio-sidecar-injector'].map((name) => {
    const object = readObject(releaseFolder(`${folder}/${name}.configmap.yaml`))
    return { ...object, metadata: { name: `${name}-${revision}`, namespace: 'istio-system' } }
  })
}

/** The same where a pod has no sidecar unless labels ask for one: never for `batch: yes`, always for `must: yes`. */
export function selecting(objects: readonly DataObject[]): readonly DataObject[] {
  return objects.map((object) => {
    const config = object.data?.['config']
    if (config === undefined) return object
    const changed = config
      .replace('policy: enabled', 'policy: disabled')
      .replace(/alwaysInjectSelector:\n\s+\[\]/, 'alwaysInjectSelector: [{matchLabels: {must: "yes"}}]')
      .replace(/neverInjectSelector:\n\s+\[\]/, 'neverInjectSelector: [{matchLabels: {batch: "yes"}}]')
    return { ...object, data: { ...object.data, config: changed } }
  })
}
