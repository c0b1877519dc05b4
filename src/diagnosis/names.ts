import { listAt, objectAt, textAt } from '../cluster/objects.ts'
import type { Facts } from './facts.ts'
import { valueOf } from './observations.ts'
import { labelsOf } from './selection.ts'

/** The names of this cluster's objects for the lines of remedies; a word in capitals where a name is not known. */

/** `kubectl -n sidecar-injector` */
export function kubectl({ service }: Facts): string {
  return `kubectl -n ${service?.namespace ?? 'NAMESPACE'}`
}

/** Of the injector's Service. */
export function serviceName({ service }: Facts): string {
  return service?.name ?? 'SERVICE'
}

/** The Deployment behind the Service, which need not have its name. */
export function deploymentName({ seen, serviceObject, service }: Facts): string {
  const selector = Object.entries(objectAt(objectAt(serviceObject ?? undefined, 'spec'), 'selector'))
  const found = (valueOf(seen.deployments) ?? []).find((deployment) => {
    const labels = labelsOf(objectAt(objectAt(deployment, 'spec'), 'template'))
    return selector.length > 0 && selector.every(([key, value]) => labels[key] === value)
  })
  return textAt(found?.['metadata'], 'name') ?? service?.name ?? 'DEPLOYMENT'
}

/** `-l app=a,release=b`: the injector's pods only; empty where the Service does not say. */
export function podSelector({ serviceObject }: Facts): string {
  const selector = Object.entries(objectAt(objectAt(serviceObject ?? undefined, 'spec'), 'selector'))
  const terms = selector.flatMap(([key, value]) => (typeof value === 'string' ? [`${key}=${value}`] : []))
  return terms.length === 0 ? '' : ` -l ${terms.join(',')}`
}

/** The one Secret that the injector's pods mount. */
export function secretName({ pods }: Facts): string {
  const names = new Set(
    pods.flatMap(({ object }) =>
      listAt(objectAt(object, 'spec'), 'volumes').flatMap(
        (volume) => textAt(objectAt(volume, 'secret'), 'secretName') ?? [],
      ),
    ),
  )
  const [only] = names
  return names.size === 1 && only !== undefined ? only : 'SECRET'
}

/** The configuration that is looked into. */
export function configurationName({ target }: Facts): string {
  return target?.name ?? 'NAME'
}
