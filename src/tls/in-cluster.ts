import { watch } from '../cluster/watch.ts'
import { keep } from './keep.ts'
import { createKeeper, type KeeperOptions } from './keeper.ts'
import type { CertificatePair } from './pair.ts'
import type { CertificateSource } from './source.ts'
import { configurationsPath } from './webhook-configuration.ts'

export interface InClusterOptions extends KeeperOptions {
  /** Told of every failed attempt; undefined once all is well again. */
  readonly onTrouble: (of: 'certificates' | 'watch', error: unknown) => void
  /** Ends it, before there is a certificate, too. */
  readonly signal: AbortSignal
}

/**
 * Keeps a CA and its trust in the cluster, and certificates of it in this process. Resolves with the first certificate,
 * however long that takes: an API server that is away, or refuses, is asked again and again.
 */
export function openClusterCertificate(
  options: InClusterOptions,
): Promise<Pick<CertificateSource, 'current'>> {
  const { client, configurations, clock, random, events, onTrouble, signal } = options
  const first = Promise.withResolvers<Pick<CertificateSource, 'current'>>()
  let current: CertificatePair | undefined
  const keeper = createKeeper({
    ...options,
    events: {
      ...events,
      onServe(served) {
        events.onServe(served)
        current = served.pair
        first.resolve(source(served.pair))
      },
    },
  })
  const keeping = keep({ keeper, clock, random, onTrouble: (error) => onTrouble('certificates', error) })
  // What changes is only a reason to look: what is there is read anew, in the order that the keeper needs.
  const watches = configurations.map((name) =>
    watch({
      client,
      path: configurationsPath,
      fieldSelector: `metadata.name=${name}`,
      keep: () => true,
      onChange: () => keeping.wake(),
      onTrouble: (error) => onTrouble('watch', error),
    }),
  )

  signal.addEventListener('abort', () => {
    keeping.close()
    for (const each of watches) each.close()
  })

  function source(pair: CertificatePair): Pick<CertificateSource, 'current'> {
    return {
      get current() {
        return current ?? pair
      },
    }
  }
  return first.promise
}
