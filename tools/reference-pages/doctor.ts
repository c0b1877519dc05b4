import { injectionWorks } from '../../src/diagnosis/condition.ts'
import { causes } from '../../src/diagnosis/diagnose.ts'
import { factsOf } from '../../src/diagnosis/facts.ts'
import type { Cause } from '../../src/diagnosis/finding.ts'
import { emptyObservations } from '../../src/doctor/collect.ts'

/** docs/doctor.md */
export function doctorPage(): string {
  return `# Doctor: what keeps pods from being injected?

<!-- Made from src/diagnosis/ by \`npm run reference\`; do not edit. -->

    $ sidecar-injector doctor
    API server https://ABC.gr7.eu-west-1.eks.amazonaws.com: the canary in namespace bookinfo was refused after 5008 ms

    1. What the API server sends to port 9443 of the injector's pods is dropped
       port-blocked, certain
       - the canary was told: Internal error occurred: failed calling webhook "namespace.sidecar-injector.istio.io": …: context deadline exceeded
       - the API server's proxy does not reach port 9443 of pod eks-sidecar-injector-6bbbf8c6-fzxkl: no answer within 4 s, twice
       Admit port 9443 from the control plane's security group to that of the pods:
           SOURCE=$(aws eks describe-cluster --region eu-west-1 --name …
    …

[troubleshooting.md](troubleshooting.md) starts from what you see. \`explain\` ([explain.md](explain.md)) is for one pod; doctor is for the way from the API server to the settings.

## How it looks

It sends a **canary**: a small pod by server-side dry run, in a namespace that is selected, with a nonce. Everything that a pod goes through it goes through, too; it is never stored.
Our server puts a receipt on it (\`sidecar-injector/seen-by\`) and remembers the nonce (\`/doctor\` on the operations listener). So four things can be told apart: not called, called
without arriving, arrived without an answer in time, answered. Then it looks at

- the API server's own counts before and after (\`/metrics\`, of several connections, as a managed control plane has several API servers): called, failed, failed open, left out, and whether the
  admission plug-in is there at all;
- the injector's pods, by the API server's own proxy (\`pods/proxy\`), which is the way that webhook calls take, without names and certificates; in a pod also directly;
- webhook configurations of all injectors (selectors and matchConditions are evaluated), caBundle against the chain that is served, Services, EndpointSlices, pods, NetworkPolicies,
  Istio's ConfigMaps (names and keys; values are not kept), namespaces, nodes, DaemonSets, Events.

A canary that is refused by anything but a failed call is sent once more without a sidecar: if that is refused, too, it is not the sidecar's fault. Each replica is judged for itself, so that one of
several which is broken is named, whichever the canary came to. Events count only where no canary may be sent, if they are of the last 15 minutes, the webhook is as it was then, and nothing that can
be seen now speaks against them. An API server that takes seconds for what it knows itself is told, and time-outs are not laid at the injector's door then.

A finding is *certain* (what was seen admits nothing else), *probable* or *possible*. Several may hold. What is but a consequence of another one is not told beside it.
What could not be looked at is listed under "Not looked at", with the reason, and makes findings less certain. With Istio's own injector alone, it is that which is looked into.

It takes about a second where all is well, and less than 20 where nothing answers. Exit code 0: no cause found, and the canary went the whole way (\`verdict\` in JSON: \`works\`). 3: some
(\`found\`). 4: none, and nothing proven, since the canary could not be sent, or was refused for what it is itself (\`unknown\`). 1: the API server could not be asked. 2: called wrongly.

Nothing is changed, but for **\`--fix\`**, which says what it did: it writes the caBundle of our own webhook configuration from the Secret of our own authority, and deletes a configuration
of ours whose Service is gone. AWS is never called: the lines with \`aws\` are for you to run.

\`--record FILE\` writes what was seen, \`--from FILE\` judges it elsewhere. The file has names, addresses and labels of your cluster, no Secrets, no values of ConfigMaps.

## Where it runs

| where | how |
|---|---|
| a laptop | \`sidecar-injector doctor\`, with the kubeconfig of kubectl. The right to create pods in one namespace is enough for the canary; [rights.md](rights.md#doctor) has the others, without which it says what it did not look at |
| the cluster | \`helm upgrade … --set doctor.enabled=true,doctor.namespace=bookinfo\`, then [\`helm test\`](#helm-test): a Job with a ServiceAccount of its own |
| the injector itself | \`serve --doctorMinutes 10\` (chart: \`doctor.minutes\`): each replica at its own time; \`eks_sidecar_injector_doctor_finding{cause="…"}\` is 1 while a cause holds, the log has a line when one comes or goes, \`/doctor\` has the last findings, and the pod has [a condition](#the-condition) |

\`kubectl api-versions | grep admissionregistration\`, which used to be the check, proves nothing: the API is served whether or not the plug-in is there, and whether or not
anything can be reached.

### helm test

    helm test RELEASE --namespace NAMESPACE
    kubectl logs --namespace NAMESPACE job/DEPLOYMENT-doctor

The first succeeds if no cause was found and the canary went the whole way, for which \`doctor.namespace\` is needed. Helm of late (3.22, 4) prints the report beside its own lines; \`kubectl logs\` has it in any case, until the next \`helm test\`. (\`helm test --logs\` is for
hooks that are pods: for a Job Helm 3 ends it with an error, and Helm 4 prints nothing.) The Job's pod ended with doctor's exit code:

    kubectl get pods --namespace NAMESPACE --selector job-name=DEPLOYMENT-doctor \\
      --output jsonpath='{.items[*].status.containerStatuses[*].state.terminated.exitCode}'

### The condition

In the cluster each replica writes what it has found into the status of its own pod, as \`${injectionWorks}\`, beside kubelet's conditions, which it leaves alone:

| status | reason | message |
|---|---|---|
| \`True\` | \`NothingFound\` | what the canary came to |
| \`False\` | the surest cause: \`PortBlocked\` for [\`port-blocked\`](#port-blocked) | all that hold, with their ids |
| \`Unknown\` | \`CanaryNotTried\`, \`CouldNotLook\` | why; the canary needs \`doctor.namespace\`, a namespace that is to be injected |

It was last looked at at \`lastProbeTime\`, and the status has been what it is since \`lastTransitionTime\`. It has no readiness gate: the pod stays ready, as a webhook without pods would be worse.

    kubectl wait --namespace NAMESPACE --for=condition=${injectionWorks} --timeout=15m pod --selector app.kubernetes.io/name=eks-sidecar-injector
    kubectl get pods --namespace NAMESPACE --selector app.kubernetes.io/name=eks-sidecar-injector --output \\
      jsonpath='{range .items[*]}{.metadata.name}{": "}{.status.conditions[?(@.type=="${injectionWorks}")].message}{"\\n"}{end}'

\`kubectl describe pod\` lists it, too. The right to write it (\`get\` and \`patch\` on \`pods/status\` of the injector's namespace) comes with \`doctor.minutes\` only; without it the log says so once, and everything else goes on.

## Causes

${causes.map(({ id, summary }) => `- [\`${id}\`](#${id}): ${summary}`).join('\n')}

${causes.map(section).join('\n')}`
}

/** Nothing is known but that it is EKS, so that what to do has words to replace. */
const facts = factsOf({
  ...emptyObservations({ at: '', server: '', asked: {}, place: 'outside' }),
  version: { value: { gitVersion: 'v1.33.4-eks-0' } },
})

function section(cause: Cause): string {
  const { id, summary, by, consequences = [] } = cause
  const causes = consequences.map((each) => `[\`${each}\`](#${each})`).join(', ')
  return `### ${id}

${summary.charAt(0).toUpperCase()}${summary.slice(1)}.

Recognised by: ${by}.${causes === '' ? '' : ` Then not told: ${causes}.`}

${blocks(cause.remedy(facts))}
`
}

/** Indented lines are blocks of text, which a blank line sets off. */
function blocks(lines: readonly string[]): string {
  let text = ''
  let wasCode = false
  for (const [index, line] of lines.entries()) {
    const isCode = line.startsWith('    ')
    text += `${index > 0 ? '\n' : ''}${index > 0 && isCode !== wasCode ? '\n' : ''}${line}`
    wasCode = isCode
  }
  return text
}
