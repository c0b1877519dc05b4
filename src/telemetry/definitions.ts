/** A metric as the reference page and the registry know it. */
export interface Definition {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels?: Readonly<Record<string, string>>
  readonly buckets?: readonly number[]
}

/** From a quarter of a millisecond, as an injection takes about one, to the API server's longest time-out of 30 s. */
const secondsBuckets = [
  0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30,
]

/** From a bare pod to the limit of 7 MiB. */
const bytesBuckets = [1e3, 2.5e3, 5e3, 1e4, 2.5e4, 5e4, 1e5, 2.5e5, 5e5, 1e6, 2.5e6, 7.5e6]

const revisionLabel = {
  revision: '`default`, or what `--revision` says, or the folder in `--revisionsDir` (empty for that itself)',
}

const watchedLabel = {
  resource:
    '`configmaps`, `proxyconfigs`, `nodes` or `namespaces`, and for `--coverage` `pods` and `mutatingwebhookconfigurations`, as far as they are watched',
}

const configurationLabel = { configuration: 'the MutatingWebhookConfiguration' }

/**
 * Every metric of ours, in the order of docs/metrics.md. The first five carry the names of Istio's injectors, so
 * that their dashboards and alerts go on working.
 */
export const definitions = {
  istioRequests: {
    type: 'counter',
    name: 'sidecar_injection_requests_total',
    help: 'Requests to /inject, whatever became of them.',
  },
  istioSuccess: {
    type: 'counter',
    name: 'sidecar_injection_success_total',
    help: 'Pods that got a sidecar. (Istio counts skipped ones since 1.26 and failed ones since 1.5.)',
  },
  istioFailure: {
    type: 'counter',
    name: 'sidecar_injection_failure_total',
    help: 'Requests that were answered with a refusal or with an HTTP error.',
  },
  istioSkip: {
    type: 'counter',
    name: 'sidecar_injection_skip_total',
    help: 'Pods that pass without a sidecar.',
  },
  istioTime: {
    type: 'histogram',
    name: 'sidecar_injection_time_seconds',
    help: 'Time to answer a review. (Istio starts its buckets at 0.1 s, where every review is in the first.)',
    buckets: [0.001, 0.01, 0.1, 1, 3, 5, 10, 20, 30, 60],
  },
  decisions: {
    type: 'counter',
    name: 'eks_sidecar_injector_decisions_total',
    help: 'Reviews by what became of them.',
    labels: {
      decision: '`injected`, `skipped`, `failed` (the pod is refused) or `refused` (no review of a pod)',
      reason: 'the code of what decided, see errors and reasons',
      dry_run: '`true` for a dry run, else `false`',
      revision: 'the revision whose settings answered; empty if none did',
    },
  },
  httpErrors: {
    type: 'counter',
    name: 'eks_sidecar_injector_http_errors_total',
    help: 'Requests to /inject that are no review, by the HTTP status they were answered with.',
    labels: {
      status: '`400`, `404`, `413`, `415`, `499` (the client hung up before its request was complete), `500`',
    },
  },
  duration: {
    type: 'histogram',
    name: 'eks_sidecar_injector_review_duration_seconds',
    help: 'Time from the head of a request to its answer, reading the body included.',
    buckets: secondsBuckets,
  },
  requestBytes: {
    type: 'histogram',
    name: 'eks_sidecar_injector_request_bytes',
    help: 'Sizes of the reviews.',
    buckets: bytesBuckets,
  },
  patchBytes: {
    type: 'histogram',
    name: 'eks_sidecar_injector_patch_bytes',
    help: 'Sizes of the patches, before base64.',
    buckets: bytesBuckets,
  },
  inFlight: {
    type: 'gauge',
    name: 'eks_sidecar_injector_requests_in_flight',
    help: 'Requests to the webhook whose answer is not sent yet.',
  },
  settingsGeneration: {
    type: 'gauge',
    name: 'eks_sidecar_injector_settings_generation',
    help: 'How often settings were loaded since the start; 1 after the start.',
    labels: revisionLabel,
  },
  settingsLoaded: {
    type: 'gauge',
    name: 'eks_sidecar_injector_settings_last_success_timestamp_seconds',
    help: 'When the settings in use were loaded.',
    labels: revisionLabel,
  },
  settingsInfo: {
    type: 'gauge',
    name: 'eks_sidecar_injector_settings_info',
    help: 'The Istio release that the settings in use are taken to be of, and why; always 1.',
    labels: {
      ...revisionLabel,
      release: 'the release, e.g. `1.30.3`',
      source:
        '`flag` (it was named), `tag` or `image` (the settings name it), `content` (template or values look like it)',
      because: 'a sentence that says the same in full',
    },
  },
  settingsErrors: {
    type: 'counter',
    name: 'eks_sidecar_injector_settings_load_errors_total',
    help: 'Settings that could not be used; the last good ones stay in use.',
    labels: revisionLabel,
  },
  settingsRefused: {
    type: 'gauge',
    name: 'eks_sidecar_injector_settings_refused',
    help: 'Revisions whose newest settings cannot be used, until they can; 1 or 0.',
    labels: revisionLabel,
  },
  settingsOrphaned: {
    type: 'gauge',
    name: 'eks_sidecar_injector_settings_orphaned',
    help: 'Revisions whose ConfigMaps are gone from the cluster, and whose last good settings stay in use; 1 or 0.',
    labels: revisionLabel,
  },
  settingsStaleness: {
    type: 'gauge',
    name: 'eks_sidecar_injector_settings_staleness_seconds',
    help: 'Time since the API server last said anything about what settings are made of (`serve -i`); up to 5 while all is well, or 30 for a resource that is not there.',
    labels: watchedLabel,
  },
  watchErrors: {
    type: 'counter',
    name: 'eks_sidecar_injector_watch_errors_total',
    help: 'Attempts to look at the cluster that failed; they are repeated, and the last good settings stay in use.',
    labels: {
      ...watchedLabel,
      code: 'what failed, see errors and reasons; `internal` for a defect of this program',
    },
  },
  eventErrors: {
    type: 'counter',
    name: 'eks_sidecar_injector_event_errors_total',
    help: 'Events about refused ConfigMaps that could not be written.',
  },
  pods: {
    type: 'gauge',
    name: 'eks_sidecar_injector_pods',
    help: 'Pods of the cluster by the state of their sidecar (`serve -i --coverage`); every replica shows all of them.',
    labels: {
      pod_namespace:
        "the pods' namespace (`namespace` is often that of what is scraped); `_others` for all but the 200 that have most pods",
      state: '`injected`, `outdated` or `not-injected`',
      reason: 'why, see [coverage.md](coverage.md)',
    },
  },
  ownerEvents: {
    type: 'counter',
    name: 'eks_sidecar_injector_owner_events_total',
    help: 'Events about the owners of pods that were skipped or refused (`serve -i`, `--podEvents`), by what became of them.',
    labels: {
      result:
        '`written`, `known` (another replica has written it), `dropped` (too many wait, or the right is missing), `failed`',
    },
  },
  doctorFinding: {
    type: 'gauge',
    name: 'eks_sidecar_injector_doctor_finding',
    help: 'Whether a cause for pods without sidecars holds (`serve --doctorMinutes`): 1, or 0 for one that has held.',
    labels: { cause: 'its id, see [doctor.md](doctor.md)' },
  },
  doctorRan: {
    type: 'gauge',
    name: 'eks_sidecar_injector_doctor_last_run_timestamp_seconds',
    help: 'When causes were last looked for.',
  },
  doctorErrors: {
    type: 'counter',
    name: 'eks_sidecar_injector_doctor_errors_total',
    help: 'Attempts to look for causes that failed, as the API server could not be asked.',
  },
  certificateExpiry: {
    type: 'gauge',
    name: 'eks_sidecar_injector_certificate_expiry_timestamp_seconds',
    help: 'When the certificate in use expires.',
  },
  certificateErrors: {
    type: 'counter',
    name: 'eks_sidecar_injector_certificate_load_errors_total',
    help: 'Certificates or keys that could not be used; the last good pair stays in use.',
  },
  authorityExpiry: {
    type: 'gauge',
    name: 'eks_sidecar_injector_certificate_authority_expiry_timestamp_seconds',
    help: 'When the CA that is kept in the Secret expires.',
    labels: { authority: '`signing`, or `next`: is to sign when every webhook configuration carries it' },
  },
  authoritySteps: {
    type: 'counter',
    name: 'eks_sidecar_injector_certificate_authority_changes_total',
    help: 'Changes of the Secret by this process.',
    labels: {
      step: '`create` (a CA that signs at once), `prepare` (the next one), `promote` (it signs), `forget` (old ones)',
    },
  },
  caBundleMatches: {
    type: 'gauge',
    name: 'eks_sidecar_injector_ca_bundle_matches',
    help: 'Whether all webhooks of a configuration trust what is served: 1 or 0.',
    labels: configurationLabel,
  },
  caBundleWrites: {
    type: 'counter',
    name: 'eks_sidecar_injector_ca_bundle_writes_total',
    help: 'How often this process has written the caBundle of a webhook configuration.',
    labels: configurationLabel,
  },
  caBundleReverts: {
    type: 'counter',
    name: 'eks_sidecar_injector_ca_bundle_reverts_total',
    help: 'How often somebody else has overwritten a caBundle that was right.',
    labels: {
      ...configurationLabel,
      manager: 'its field manager, as `managedFields` names it; empty if nobody owns it',
    },
  },
  certificateConflicts: {
    type: 'counter',
    name: 'eks_sidecar_injector_certificate_conflicts_total',
    help: 'Writes that came second, after one of another replica mostly; they are thought over.',
    labels: { object: '`secret` or `configuration`' },
  },
  certificateTroubles: {
    type: 'counter',
    name: 'eks_sidecar_injector_certificate_troubles_total',
    help: 'Attempts to keep certificates that have failed, as the API server was away or refused; they are repeated.',
    labels: { of: '`certificates` (Secret and caBundles) or `watch` (hearing of changes at once)' },
  },
} as const satisfies Record<string, Definition>
