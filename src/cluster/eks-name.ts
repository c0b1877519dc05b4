import { isObject, type JsonObject } from '../golang/json-value.ts'
import { listAt, textAt } from './objects.ts'

/** What Amazon EKS calls a cluster, as far as a kubeconfig tells it. */
export interface EksName {
  readonly cluster?: string | undefined
  /** `eu-west-1` */
  readonly region?: string | undefined
}

/** `arn:aws:eks:eu-west-1:111122223333:cluster/shop`, as `aws eks update-kubeconfig` calls a cluster. */
const arn = /^arn:aws[a-z-]*:eks:([a-z0-9-]+):\d*:cluster\/([\w-]+)$/

/** `shop.eu-west-1.eksctl.io`, as eksctl does. */
const eksctl = /^([\w-]+)\.([a-z]{2}(?:-[a-z]+)+-\d)\.eksctl\.io$/

/**
 * Reads it from the plug-in that asks for tokens (`aws eks get-token`, `aws-iam-authenticator token`), else from the
 * name of the kubeconfig's cluster. Undefined for a cluster that is none of EKS, as far as is seen.
 */
export function eksNameOf(clusterName: string, user: JsonObject): EksName | undefined {
  const named = fromName(clusterName)
  const asked = isObject(user['exec']) ? fromPlugin(user['exec']) : undefined
  if (asked === undefined) return named
  return asked.region === undefined && asked.cluster === named?.cluster ? named : asked
}

function fromName(clusterName: string): EksName | undefined {
  const [, region, cluster] = arn.exec(clusterName) ?? []
  if (cluster !== undefined) return { cluster, region }
  const [, name, place] = eksctl.exec(clusterName) ?? []
  return name === undefined ? undefined : { cluster: name, region: place }
}

function fromPlugin(exec: JsonObject): EksName | undefined {
  const words = [exec['command'], ...listAt(exec, 'args')].filter((word) => typeof word === 'string')
  const asks = words.some((word) => word === 'get-token' || /(^|\/)aws-iam-authenticator$/.test(word))
  const cluster = asks ? plain(flag(words, ['--cluster-name', '--cluster-id', '-i'])) : undefined
  if (cluster === undefined) return undefined
  const region =
    flag(words, ['--region']) ?? variable(exec, 'AWS_REGION') ?? variable(exec, 'AWS_DEFAULT_REGION')
  return { cluster, region: plain(region) }
}

/** A name that can be printed as a word of a command, to be copied; undefined for what a shell would take for more than that. */
export function plain(word: string | undefined): string | undefined {
  return word !== undefined && /^[\w-]+$/.test(word) ? word : undefined
}

/** The word after a flag, or after its `=`. */
function flag(words: readonly string[], names: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    if (names.includes(word)) return words[index + 1]
    const [name = '', ...rest] = word.split('=')
    if (rest.length > 0 && names.includes(name)) return rest.join('=')
  }
  return undefined
}

function variable(exec: JsonObject, name: string): string | undefined {
  const entry = listAt(exec, 'env').find((each) => textAt(each, 'name') === name)
  return textAt(entry, 'value')
}
