/** What doctor tells people to run: whole, of options that there are, with the names that are known. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import type { Observations } from '../../src/diagnosis/observations.ts'
import { configuration, failedCall, healthy, node, pod, probe, refused, webhook } from './made.ts'
import { rows } from './rows.ts'

/** Of the AWS CLI's reference, as far as remedies use it. */
const awsCommands: Readonly<Record<string, readonly string[]>> = {
  'eks describe-cluster': ['--name'],
  'eks update-kubeconfig': ['--name'],
  'eks create-access-entry': ['--cluster-name', '--principal-arn'],
  'eks associate-access-policy': ['--cluster-name', '--principal-arn', '--access-scope', '--policy-arn'],
  'eks update-cluster-version': ['--name', '--kubernetes-version'],
  'eks list-fargate-profiles': ['--cluster-name'],
  'eks describe-fargate-profile': ['--cluster-name', '--fargate-profile-name'],
  'ec2 describe-instances': ['--instance-ids'],
  'ec2 describe-network-interfaces': ['--network-interface-ids'],
  'ec2 describe-vpcs': ['--vpc-ids'],
  'ec2 describe-vpc-endpoints': [],
  'ec2 authorize-security-group-ingress': ['--group-id', '--protocol', '--port', '--source-group'],
  'sts get-caller-identity': [],
}
const everywhere = new Set(['--region', '--query', '--output'])

const folder = mkdtempSync(join(tmpdir(), 'remedies-'))
const log = join(folder, 'log')
writeFileSync(
  join(folder, 'aws'),
  `#!/bin/sh\nfor word; do printf '%s\\t' "$word"; done >> ${log}\necho >> ${log}\necho sg-0aa\n`,
)
chmodSync(join(folder, 'aws'), 0o755)

/** The eksctl label names the cluster, the address of the API server the region. */
const named = node('ip-10-0-27-10.eu-west-1.compute.internal', { 'alpha.eksctl.io/cluster-name': 'shop' })

function remedies(seen: Partial<Observations>): readonly string[] {
  const all = { ...healthy, ...seen }
  const nodes = 'value' in all.nodes ? { value: [...all.nodes.value, named] } : { value: [named] }
  return diagnose({ ...all, nodes }).findings.flatMap(({ remedy }) => remedy)
}

/** Runs the lines with `aws` in one shell, and gives what was called. */
function called(t: Test, lines: readonly string[]): readonly (readonly string[])[] {
  writeFileSync(log, '')
  const script = lines.filter((line) => /^ {4}(?:[A-Z]+=|.*\baws )/.test(line)).join('\n')
  const { status, stderr } = spawnSync('sh', ['-euc', script], {
    env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    encoding: 'utf8',
  })
  t.equal(status, 0, `${script}\n${stderr}`)
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/\t$/, '').split('\t'))
}

t.test('the commands of AWS are whole, in any shell', (t) => {
  for (const { title, seen } of rows) {
    if (seen.failure !== undefined) continue
    for (const [service = '', command = '', ...words] of called(t, remedies(seen))) {
      const wanted = awsCommands[`${service} ${command}`]
      t.ok(wanted, `${title}: aws ${service} ${command}`)
      const options = words.filter((word) => word.startsWith('--'))
      t.same(
        options.filter((word) => !everywhere.has(word)).toSorted(),
        [...(wanted ?? [])].toSorted(),
        title,
      )
      t.match(words.join(' '), '--region eu-west-1', `${title}: where it is`)
      t.notMatch(
        words.join(' '),
        /\b(?:CLUSTER|VPC|NAME|INSTANCE_OF_A_NODE|VERSION)\b/,
        `${title}: what it is called`,
      )
    }
  }
  t.end()
})

t.test('what is known is filled in', (t) => {
  for (const { title, seen } of rows) {
    if (seen.failure !== undefined || 'missing' in (seen.pods ?? {})) continue
    const lines = remedies(seen).filter((line) => line.startsWith('    '))
    for (const line of lines) {
      t.notMatch(
        line,
        /\b(?:CLUSTER|SERVICE|DEPLOYMENT|RELEASE|POD_IP|VERSION)\b|--vpc-ids VPC/,
        `${title}: ${line}`,
      )
    }
  }
  t.end()
})

t.test('a kubeconfig of EKS tells what the cluster is called', (t) => {
  const row = rows.find(({ title }) => title === 'a security group')
  const lines = remedies({
    ...row?.seen,
    nodes: { missing: 'not allowed' },
    eks: { cluster: 'of-kubeconfig', region: 'eu-north-1' },
  })
  t.match(lines.join('\n'), 'aws eks describe-cluster --region eu-north-1 --name of-kubeconfig ')
  t.end()
})

t.test('the region is that of the API server where no node may be seen', (t) => {
  const canary = refused(failedCall('dial tcp 10.0.27.20:9443: i/o timeout'), 500, 5010)
  const { findings } = diagnose({ ...healthy, canary, nodes: { missing: '403' } })
  t.match(findings.flatMap(({ remedy }) => remedy).join('\n'), 'describe-cluster --region eu-west-1')
  t.end()
})

const silence = { value: { reached: false, ms: 4000, error: 'no answer within 4 s' } } as const
const silent = [
  probe('a', '10.0.27.20', { byApiServer: silence }),
  probe('b', '10.0.27.21', { byApiServer: silence }),
]
const dropped = refused(failedCall('dial tcp 10.0.27.20:9443: i/o timeout'), 500, 5010)

function group(t: Test, seen: Partial<Observations>): string {
  const target = remedies({ canary: dropped, endpoints: silent, ...seen }).find((line) =>
    /TARGET=/.test(line),
  )
  t.ok(target)
  return target ?? ''
}

t.test('it is the closed group that is opened', (t) => {
  t.match(group(t, {}), '--instance-ids i-0a1b2c3d4e5f60718 ')
  const policy = {
    metadata: { name: 'db' },
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'eks-sidecar-injector' } },
      securityGroups: { groupIds: ['sg-0bb'] },
    },
  }
  t.match(
    group(t, { securityGroupPolicies: { value: [policy] } }),
    'TARGET=sg-0bb',
    "that of the pods' own policy",
  )
  const annotations = { 'vpc.amazonaws.com/pod-eni': '[{"eniId":"eni-0cc"}]' }
  t.match(
    group(t, { pods: { value: [pod('a', '10.0.27.20', { metadata: { annotations } })] } }),
    '--network-interface-ids eni-0cc ',
    'that of the branch interface',
  )
  const two = { ...node('two', {}), spec: { providerID: 'aws:///eu-west-1b/i-0ffffffffffffffff' } }
  const halves = {
    nodes: { value: [node('one'), two] },
    pods: {
      value: [
        pod('a', '10.0.27.20', { spec: { nodeName: 'one' } }),
        pod('b', '10.0.27.21', { spec: { nodeName: 'two' } }),
      ],
    },
    endpoints: [probe('a', '10.0.27.20'), probe('b', '10.0.27.21', { byApiServer: silence })],
  }
  t.match(group(t, halves), '--instance-ids i-0ffffffffffffffff ', 'that of the node that is closed')
  const fargate = 'fargate-ip-10-0-1-2.eu-west-1.compute.internal'
  t.match(
    group(t, {
      nodes: { value: [node(fargate, { 'eks.amazonaws.com/compute-type': 'fargate' })] },
      pods: { value: [pod('a', '10.0.27.20', { spec: { nodeName: fargate } })] },
    }),
    'TARGET="$SOURCE"',
    'on Fargate that of the cluster',
  )
  t.end()
})

t.test("a release of Istio's is never upgraded to our chart", (t) => {
  for (const { title, seen } of rows) {
    if (seen.failure !== undefined) continue
    const istio = configuration('istio-sidecar-injector', [webhook()], {
      'app.kubernetes.io/instance': 'istiod',
    })
    const lines = remedies({ ...seen, configurations: { value: [istio] } }).filter((line) =>
      /^ {4}helm upgrade/.test(line),
    )
    t.same(lines, [], title)
  }
  t.end()
})
