import type { CommandRow } from './command.ts'
import { completionCommand } from './completion-command.ts'
import { coverageCommand } from './coverage-command.ts'
import { doctorCommand } from './doctor-command.ts'
import { explainCommand } from './explain-command.ts'
import { kubeInjectCommand } from './kube-inject-command.ts'
import { kubeUninjectCommand } from './kube-uninject-command.ts'
import { reviewCommand } from './review-command.ts'
import { serveCommand } from './serve-command.ts'
import { versionCommand } from './version-command.ts'

/** Every command, in the order of the help. */
export const commands: readonly CommandRow[] = [
  serveCommand,
  reviewCommand,
  explainCommand,
  coverageCommand,
  kubeInjectCommand,
  kubeUninjectCommand,
  doctorCommand,
  versionCommand,
  completionCommand,
]
