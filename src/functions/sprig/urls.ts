import { formatUrl, formatUserinfo, hostname, parseUrl, type Userinfo } from '../../golang/url.ts'
import type { GoMap, PlainMap } from '../../gotemplate/index.ts'
import { returns } from '../define.ts'
import { goError, nilDereference, SprigError } from './errors.ts'
import { newDict } from './mutable.ts'
import { dictOf, kindName } from './reflect.ts'
import type { FunctionTable } from './table.ts'

/** Functions that take URLs apart and put them together. */
export const urlFunctions: FunctionTable = [
  ['urlParse', returns('map[string]interface {}', ['string'], urlParse)],
  ['urlJoin', returns('string', ['map[string]interface {}'], urlJoin)],
]

function urlParse(text: string): PlainMap {
  const { scheme, host, path, query, opaque, fragment, user } = attempt('url', () => parseUrl(text))
  const userinfo = user === undefined ? '' : formatUserinfo(user)
  const parts = { scheme, host, hostname: hostname(host), path, query, opaque, fragment, userinfo }
  return Object.assign(newDict(), parts)
}

function urlJoin(map: PlainMap | GoMap | null): string {
  const { get } = dictOf(map)
  const part = (key: string): string => {
    const value = get(key)
    if (value === undefined) return ''
    if (typeof value === 'string') return value
    if (value === null) throw nilDereference()
    throw goError(`unable to parse ${key} key, must be of type string, but ${kindName(value)} found`)
  }
  const url = {
    scheme: part('scheme'),
    host: part('host'),
    path: part('path'),
    query: part('query'),
    opaque: part('opaque'),
    fragment: part('fragment'),
  }
  return formatUrl({ ...url, user: userOf(part('userinfo')) })
}

function userOf(userinfo: string): Userinfo | undefined {
  if (userinfo === '') return undefined
  return attempt('userinfo in dict', () => parseUrl(`proto://${userinfo}@host`)).user
}

function attempt<T>(what: string, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new SprigError('go', `unable to parse ${what}: ${message}`, cause)
  }
}
