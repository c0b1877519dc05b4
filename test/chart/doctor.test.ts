/** doctor in the chart: the Job of `helm test`, the server's slow check, and the rights of both. */
import t from 'tap'
import { conditionRights, doctorRights } from '../../src/cluster/verbs.ts'
import { helms, render } from '../../tools/manifests/helm.ts'
import { flagOf, ofKind, only, readObjects, type KubernetesObject, type Role } from './objects.ts'
import { grantedRights, neededRights } from './rights.ts'

const name = 'eks-sidecar-injector-doctor'

/** Roles may have paths beside resources. */
interface RoleWithPaths extends Role {
  readonly rules: readonly (Role['rules'][number] & { readonly nonResourceURLs?: readonly string[] })[]
}

interface Binding extends KubernetesObject {
  readonly subjects: readonly { readonly name: string }[]
}

interface Job extends KubernetesObject {
  readonly spec: {
    readonly template: { readonly metadata: { readonly labels: Readonly<Record<string, string>> } }
  }
}

function objectsOf(...values: readonly string[]): KubernetesObject[] {
  return readObjects(render({ flags: values.flatMap((value) => ['--set', value]) }))
}

/** Those of doctor, paths written as the code does. */
function rightsOf(objects: readonly KubernetesObject[]): Set<string> {
  const roles = [...ofKind(objects, 'Role'), ...ofKind(objects, 'ClusterRole')].filter((role) =>
    role.metadata.name.startsWith(name),
  )
  return grantedRights(roles.map(withPaths))
}

function withPaths(role: RoleWithPaths): Role {
  const rules = role.rules.map((rule) =>
    rule.nonResourceURLs === undefined
      ? rule
      : { apiGroups: [''], resources: rule.nonResourceURLs, verbs: rule.verbs },
  )
  return { ...role, rules }
}

const places = {
  istioNamespace: 'istio-system',
  ownNamespace: 'sidecar-injector',
  canaryNamespace: 'web',
  names: {},
}

t.test('not unless it is asked for', (t) => {
  t.same(
    objectsOf().filter(({ metadata }) => metadata.name.startsWith(name)),
    [],
  )
  t.equal(flagOf(only(objectsOf(), 'Deployment'), 'doctorMinutes'), undefined)
  t.end()
})

t.test('the rights are what doctor calls', (t) => {
  t.same(
    rightsOf(objectsOf('doctor.enabled=true', 'doctor.namespace=web')),
    neededRights(doctorRights, places),
  )
  const withoutCanary = doctorRights.filter(({ scope }) => scope !== 'canary-namespace')
  t.same(
    rightsOf(objectsOf('doctor.minutes=10')),
    neededRights([...withoutCanary, ...conditionRights], places),
    'of the server itself, which tells of it, and without a canary',
  )
  t.end()
})

t.test('who has them', (t) => {
  const rows: [values: string[], subjects: string[]][] = [
    [['doctor.enabled=true'], [name]],
    [['doctor.minutes=5'], ['eks-sidecar-injector']],
    [
      ['doctor.enabled=true', 'doctor.minutes=10', 'doctor.namespace=web'],
      [name, 'eks-sidecar-injector'],
    ],
  ]
  for (const [values, subjects] of rows) {
    const bindings = objectsOf(...values).filter(
      (object): object is Binding => object.kind.endsWith('Binding') && object.metadata.name.startsWith(name),
    )
    t.ok(bindings.length > 0)
    for (const { metadata, subjects: bound } of bindings) {
      const isOfServer = metadata.name.endsWith('-condition')
      t.same(
        bound.map((each) => each.name),
        isOfServer ? ['eks-sidecar-injector'] : subjects,
        `${metadata.name} with ${values.join(' ')}`,
      )
    }
  }
  t.end()
})

t.test('the pod of the Job is none that the Service sends calls to', (t) => {
  const objects = objectsOf('doctor.enabled=true')
  const { selector } = only(objects, 'Service').spec
  const job = objects.find((object): object is Job => object.kind === 'Job')
  const labels = job?.spec.template.metadata.labels ?? {}
  t.notOk(Object.entries(selector).every(([key, value]) => labels[key] === value))
  t.equal(job?.metadata.annotations?.['helm.sh/hook'], 'test')
  t.end()
})

t.test('the server is told', (t) => {
  const flags = ['--set', 'doctor.minutes=10,doctor.namespace=web']
  for (const helm of helms) {
    const deployment = only(readObjects(render({ helm, flags })), 'Deployment')
    t.equal(flagOf(deployment, 'doctorMinutes'), '10', helm)
    t.equal(flagOf(deployment, 'doctorNamespace'), 'web')
  }
  t.end()
})
