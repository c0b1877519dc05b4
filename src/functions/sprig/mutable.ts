/** Dictionaries that templates may change: those that they made themselves. */
import { isPlainMap, type GoMap, type PlainMap, type Value } from '../../gotemplate/index.ts'
import { goError, SprigError } from './errors.ts'

/** A `map[string]interface {}` that can be written to. Keys are the user's: write by {@link setEntry} only. */
export interface MutableDict {
  [key: string]: Value
}

/** An empty dictionary. It has no prototype, so that no key means anything but itself. */
export function newDict(): MutableDict {
  const dict: MutableDict = Object.create(null)
  return dict
}

/**
 * The dictionary behind an argument. Throws SprigError of code `read-only` for the values of the injector, which are
 * frozen because all requests share them (Go lets a template change them for all that come after).
 */
export function writable(map: PlainMap | GoMap): MutableDict {
  if (isPlainMap(map) && !Object.isFrozen(map)) return map
  if (!isPlainMap(map) && map.isNil) throw goError('assignment to entry in nil map')
  throw new SprigError('read-only', "the map is part of the injector's values and cannot be changed")
}

/** Sets an entry. What JSON.parse made has a prototype, on which `__proto__` must not be set. */
export function setEntry(dict: MutableDict, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(dict, key, { value, writable: true, enumerable: true, configurable: true })
  } else {
    dict[key] = value
  }
}

/** Takes an entry out. */
export function removeEntry(dict: MutableDict, key: string): void {
  Reflect.deleteProperty(dict, key)
}
