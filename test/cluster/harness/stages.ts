/* What kwok does with nodes and pods, in its own language: Stage objects with Go templates. */

/** Pods with this label run for real, the server's and doctor's of the chart; kwok leaves them to the kubelet of the harness. */
export const realPods = {
  label: 'app.kubernetes.io/name',
  values: ['eks-sidecar-injector', 'eks-sidecar-injector-doctor'],
} as const

/** Where the kubelet of the harness answers, on every node's address. */
export const kubeletPort = 10250

const header = 'apiVersion: kwok.x-k8s.io/v1alpha1\nkind: Stage\n'

const nodeReady = `${header}metadata:
  name: node-ready
spec:
  resourceRef: { apiGroup: v1, kind: Node }
  selector:
    matchExpressions:
      - { key: '.status.conditions.[] | select( .type == "Ready" ) | .status', operator: NotIn, values: ['True'] }
  next:
    statusTemplate: |
      {{ $now := Now }}
      phase: Running
      conditions:
      {{ range NodeConditions }}
      - type: {{ .type | Quote }}
        status: {{ .status | Quote }}
        reason: {{ .reason | Quote }}
        message: {{ .message | Quote }}
        lastHeartbeatTime: {{ $now | Quote }}
        lastTransitionTime: {{ $now | Quote }}
      {{ end }}
      addresses:
      - { type: InternalIP, address: {{ NodeIP | Quote }} }
      - { type: Hostname, address: {{ .metadata.name | Quote }} }
      daemonEndpoints: { kubeletEndpoint: { Port: ${kubeletPort} } }
      allocatable: { cpu: 1k, memory: 1Ti, pods: 100k }
      capacity: { cpu: 1k, memory: 1Ti, pods: 100k }
`

/** Only while this stage holds does kwok renew the node's lease, which the controller-manager looks at. */
const nodeAlive = `${header}metadata:
  name: node-alive
spec:
  resourceRef: { apiGroup: v1, kind: Node }
  selector:
    matchExpressions:
      - { key: '.status.conditions.[] | select( .type == "Ready" ) | .status', operator: In, values: ['True'] }
  delay: { durationMilliseconds: 600000, jitterDurationMilliseconds: 610000 }
  next:
    statusTemplate: |
      {{ $now := Now }}
      conditions:
      {{ range NodeConditions }}
      - type: {{ .type | Quote }}
        status: {{ .status | Quote }}
        reason: {{ .reason | Quote }}
        message: {{ .message | Quote }}
        lastHeartbeatTime: {{ $now | Quote }}
      {{ end }}
`

const notReal = `- { key: '.metadata.labels["${realPods.label}"]', operator: NotIn, values: [${realPods.values.join(', ')}] }`

const running = 'state: { running: { startedAt: {{ $now | Quote }} } }'
const done =
  'state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }'

const podRunning = `${header}metadata:
  name: pod-running
spec:
  resourceRef: { apiGroup: v1, kind: Pod }
  selector:
    matchExpressions:
      ${notReal}
      - { key: '.metadata.deletionTimestamp', operator: DoesNotExist }
      - { key: '.status.phase', operator: In, values: [Pending] }
  next:
    statusTemplate: |
      {{ $now := Now }}
      phase: Running
      startTime: {{ $now | Quote }}
      conditions:
      - { type: Initialized, status: 'True', lastTransitionTime: {{ $now | Quote }} }
      - { type: ContainersReady, status: 'True', lastTransitionTime: {{ $now | Quote }} }
      - { type: Ready, status: 'True', lastTransitionTime: {{ $now | Quote }} }
      initContainerStatuses:
      {{ range .spec.initContainers }}
      - name: {{ .name | Quote }}
        image: {{ .image | Quote }}
        imageID: ''
        ready: true
        restartCount: 0
      {{ if eq .restartPolicy "Always" }}
        started: true
        ${running}
      {{ else }}
        ${done}
      {{ end }}
      {{ end }}
      containerStatuses:
      {{ range .spec.containers }}
      - name: {{ .name | Quote }}
        image: {{ .image | Quote }}
        imageID: ''
        ready: true
        started: true
        restartCount: 0
        ${running}
      {{ end }}
      hostIP: {{ NodeIP | Quote }}
      {{ $ips := PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
      podIP: {{ index $ips 0 | Quote }}
      podIPs: [{ ip: {{ index $ips 0 | Quote }} }]
`

const podDone = `${header}metadata:
  name: pod-of-job-done
spec:
  resourceRef: { apiGroup: v1, kind: Pod }
  selector:
    matchExpressions:
      ${notReal}
      - { key: '.metadata.deletionTimestamp', operator: DoesNotExist }
      - { key: '.status.phase', operator: In, values: [Running] }
      - { key: '.metadata.ownerReferences.[].kind', operator: In, values: [Job] }
  next:
    statusTemplate: |
      {{ $now := Now }}
      phase: Succeeded
      containerStatuses:
      {{ range .spec.containers }}
      - name: {{ .name | Quote }}
        image: {{ .image | Quote }}
        imageID: ''
        ready: false
        started: false
        restartCount: 0
        ${done}
      {{ end }}
`

const podGone = `${header}metadata:
  name: pod-gone
spec:
  resourceRef: { apiGroup: v1, kind: Pod }
  selector:
    matchExpressions:
      ${notReal}
      - { key: '.metadata.deletionTimestamp', operator: Exists }
  next:
    delete: true
`

/** The file for kwok's `--config`. */
export const stages = [nodeReady, nodeAlive, podRunning, podDone, podGone].join('---\n')
