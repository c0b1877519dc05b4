import type { PodRequest } from '../pod-request.ts'
import {
  emptyStatus,
  isEmptyStatus,
  legacyStatus,
  parseStatus,
  statusKey,
  type InjectionStatus,
} from '../status.ts'

/** What goes before the new is added: what the status names, or what injectors before the status put in. */
export function previousStatus({ annotations }: PodRequest): InjectionStatus {
  if (!Object.hasOwn(annotations, statusKey)) return legacyStatus
  const status = parseStatus(annotations[statusKey] ?? '') ?? emptyStatus
  return isEmptyStatus(status) ? legacyStatus : status
}
