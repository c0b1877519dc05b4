import type { CommandRow } from './command.ts'
import { serveCommand } from './serve-command.ts'

/** Every command, in the order of the help. */
export const commands: readonly CommandRow[] = [serveCommand]
