import { collectDefaultMetrics, Registry } from 'prom-client'
import { definitions } from './definitions.ts'
import { createCounter, createGauge, createHistogram, createLabelledGauge } from './instruments.ts'

/** Every metric of {@link definitions}; made once per server and handed down, never a global. */
export type Metrics = ReturnType<typeof createMetrics>['instruments']

/** The metrics and the page that shows them. */
export function createMetrics() {
  const processMetrics = new Registry()
  collectDefaultMetrics({ register: processMetrics })

  const instruments = {
    istioRequests: createCounter(definitions.istioRequests),
    istioSuccess: createCounter(definitions.istioSuccess),
    istioFailure: createCounter(definitions.istioFailure),
    istioSkip: createCounter(definitions.istioSkip),
    istioTime: createHistogram(definitions.istioTime),
    decisions: createCounter(definitions.decisions),
    httpErrors: createCounter(definitions.httpErrors),
    duration: createHistogram(definitions.duration),
    requestBytes: createHistogram(definitions.requestBytes),
    patchBytes: createHistogram(definitions.patchBytes),
    inFlight: createGauge(definitions.inFlight),
    settingsGeneration: createLabelledGauge(definitions.settingsGeneration),
    settingsLoaded: createLabelledGauge(definitions.settingsLoaded),
    settingsInfo: createLabelledGauge(definitions.settingsInfo),
    settingsErrors: createCounter(definitions.settingsErrors),
    settingsRefused: createLabelledGauge(definitions.settingsRefused),
    settingsOrphaned: createLabelledGauge(definitions.settingsOrphaned),
    settingsStaleness: createLabelledGauge(definitions.settingsStaleness),
    watchErrors: createCounter(definitions.watchErrors),
    eventErrors: createCounter(definitions.eventErrors),
    pods: createLabelledGauge(definitions.pods),
    ownerEvents: createCounter(definitions.ownerEvents),
    doctorFinding: createLabelledGauge(definitions.doctorFinding),
    doctorRan: createLabelledGauge(definitions.doctorRan),
    doctorErrors: createCounter(definitions.doctorErrors),
    certificateExpiry: createLabelledGauge(definitions.certificateExpiry),
    certificateErrors: createCounter(definitions.certificateErrors),
    authorityExpiry: createLabelledGauge(definitions.authorityExpiry),
    authoritySteps: createCounter(definitions.authoritySteps),
    caBundleMatches: createLabelledGauge(definitions.caBundleMatches),
    caBundleWrites: createCounter(definitions.caBundleWrites),
    caBundleReverts: createCounter(definitions.caBundleReverts),
    certificateConflicts: createCounter(definitions.certificateConflicts),
    certificateTroubles: createCounter(definitions.certificateTroubles),
  }

  return {
    instruments,
    contentType: processMetrics.contentType,
    /** Prometheus' text form: ours, then prom-client's about the process (event loop lag, memory, …). */
    async page(): Promise<string> {
      const ours = Object.values(instruments).map((instrument) => instrument.toText())
      return `${ours.join('\n')}\n${await processMetrics.metrics()}`
    },
  }
}
