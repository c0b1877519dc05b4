/**
 * The settings that `serve` uses when it is given none: enough to try a pod with nothing but this program. They
 * have the form of an Istio 1.0 ConfigMap (`config` of istio-sidecar-injector, `mesh` of istio) and were written
 * for this project; a cluster brings its own.
 */
export const exampleConfig = `# The injector's own ConfigMap: who gets a sidecar, and which.
policy: enabled
template: |
  initContainers:
  # Sends the pod's traffic through the proxy.
  - name: istio-init
    image: docker.io/istio/proxy_init:1.0.0
    imagePullPolicy: IfNotPresent
    args:
    - "-p"
    - [[ .MeshConfig.ProxyListenPort ]]
    - "-u"
    - "1337"
    - "-m"
    - [[ or (index .ObjectMeta.Annotations "sidecar.istio.io/interceptionMode") .ProxyConfig.InterceptionMode.String ]]
    - "-i"
    [[- if isset .ObjectMeta.Annotations "traffic.sidecar.istio.io/includeOutboundIPRanges" ]]
    - "[[ index .ObjectMeta.Annotations "traffic.sidecar.istio.io/includeOutboundIPRanges" ]]"
    [[- else ]]
    - "*"
    [[- end ]]
    - "-x"
    - "[[ index .ObjectMeta.Annotations "traffic.sidecar.istio.io/excludeOutboundIPRanges" ]]"
    - "-b"
    [[- if isset .ObjectMeta.Annotations "traffic.sidecar.istio.io/includeInboundPorts" ]]
    - "[[ index .ObjectMeta.Annotations "traffic.sidecar.istio.io/includeInboundPorts" ]]"
    [[- else ]]
    - "[[ range .Spec.Containers ]][[ range .Ports ]][[ .ContainerPort ]],[[ end ]][[ end ]]"
    [[- end ]]
    - "-d"
    - "[[ index .ObjectMeta.Annotations "traffic.sidecar.istio.io/excludeInboundPorts" ]]"
    securityContext:
      capabilities:
        add: [NET_ADMIN]
      privileged: true
  containers:
  # Envoy, under the name that pilot knows the workload by.
  - name: istio-proxy
    [[- if isset .ObjectMeta.Annotations "sidecar.istio.io/proxyImage" ]]
    image: "[[ index .ObjectMeta.Annotations "sidecar.istio.io/proxyImage" ]]"
    [[- else ]]
    image: docker.io/istio/proxyv2:1.0.0
    [[- end ]]
    imagePullPolicy: IfNotPresent
    args:
    - proxy
    - sidecar
    - --configPath
    - [[ .ProxyConfig.ConfigPath ]]
    - --binaryPath
    - [[ .ProxyConfig.BinaryPath ]]
    - --serviceCluster
    - "[[ or (index .ObjectMeta.Labels "app") "istio-proxy" ]]"
    - --drainDuration
    - [[ formatDuration .ProxyConfig.DrainDuration ]]
    - --parentShutdownDuration
    - [[ formatDuration .ProxyConfig.ParentShutdownDuration ]]
    - --discoveryAddress
    - [[ .ProxyConfig.DiscoveryAddress ]]
    - --connectTimeout
    - [[ formatDuration .ProxyConfig.ConnectTimeout ]]
    - --proxyAdminPort
    - [[ .ProxyConfig.ProxyAdminPort ]]
    - --controlPlaneAuthPolicy
    - [[ .ProxyConfig.ControlPlaneAuthPolicy ]]
    env:
    - name: POD_NAME
      valueFrom: {fieldRef: {fieldPath: metadata.name}}
    - name: POD_NAMESPACE
      valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
    - name: INSTANCE_IP
      valueFrom: {fieldRef: {fieldPath: status.podIP}}
    resources:
      requests:
        cpu: "[[ or (index .ObjectMeta.Annotations "sidecar.istio.io/proxyCPU") "10m" ]]"
    securityContext:
      readOnlyRootFilesystem: true
      runAsUser: 1337
    volumeMounts:
    - name: istio-envoy
      mountPath: /etc/istio/proxy
    - name: istio-certs
      mountPath: /etc/certs/
      readOnly: true
  volumes:
  - name: istio-envoy
    emptyDir: {medium: Memory}
  - name: istio-certs
    secret:
      optional: true
      secretName: istio.[[ or .Spec.ServiceAccountName "default" ]]
`

/** The mesh config that goes with {@link exampleConfig}: where pilot is, and how long Envoy drains. */
export const exampleMesh = `defaultConfig:
  discoveryAddress: istio-pilot.istio-system:15007
  connectTimeout: 10s
  drainDuration: 45s
  parentShutdownDuration: 1m0s
`
