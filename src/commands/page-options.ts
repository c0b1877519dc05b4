import { InvalidArgumentError, type Command } from 'commander'
import { option } from './options.ts'

/** The flags about the review page, as commander gives them. */
export interface PageFlags {
  readonly reviewPage: boolean
  readonly reviewPageHosts?: readonly string[]
}

const pageHelp =
  'serve a page on which people try pods and look at the cluster: /review/ of the operations port, for this machine and ' +
  '`kubectl port-forward`'

const hostsHelp =
  'names by which others may come to the page, too, through a proxy that knows who they are: a.example,b.example'

/** Adds the flags about the review page to `serve`. */
export function addPageOptions(command: Command): Command {
  return command
    .addOption(option('--reviewPage', pageHelp).default(false))
    .addOption(option('--reviewPageHosts <names>', hostsHelp).argParser(parseHosts))
}

/** Names of hosts, without ports; may be given several times. */
function parseHosts(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase())
  const wrong = names.find((name) => !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(name))
  if (wrong === undefined) return [...before, ...names]
  throw new InvalidArgumentError(
    `${JSON.stringify(wrong)} is no name of a host (without scheme, port and path).`,
  )
}
