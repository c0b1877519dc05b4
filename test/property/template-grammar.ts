/** Random templates: mostly well-formed, over the data and functions of the rows, now and then with a typing error. */

/** Random numbers from a seed, so that a failure can be repeated (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Fields of the data sets of rows.json, but for those that print as addresses. */
export const fieldsOf = {
  values: (
    'str empty num million fl zero neg big small t f nul uni quoted list elist emap nested map deep key sub weird words objs i ' +
    'missing map.a map.c map.nested map.x deep.a.b deep.a.b.c sub.one weird.é nul.x str.x objs.n'
  ).split(' '),
  typed: (
    'i8 i16 i64 i u8 u64 u f32 f64 inf nan nzero npb nps ss nss is bs arr sss anys mss nmss msi mis mus mbs mwi mai msl msa mso ' +
    'inner pinner npinner inners color colors word words title titles mtt note nnote notes broken pod npod str num nul t lst map ' +
    'mss.a mss.x msa.k msa.n pod.Name pod.Labels pod.Items pod.Inner.Text pod.Any pod.Color pod.GetName pod.Next pod.Missing ' +
    'npod.GetName npod.Name inner.Text inner.x npinner.Text color.String map.k.x'
  ).split(' '),
} as const

const texts = ['a', '\n', ' ', 'b\n  ', '- ', 'é', '{', '}}', '"', '\t\n', '{ {', '%']

const constants = (
  '0 1 2 -1 10 1.5 -0.5 1e3 1e6 0x1f 017 \'a\' \'é\' true false nil "" "a" "é\\n" `raw` "%d" "%v" "abc" 9223372036854775807 ' +
  '1_000 0b11 1e-7 1i "%!" "b" "one"'
).split(' ')

const callable = (
  'add join print printf println len index slice eq ne lt le gt ge not and or html js urlquery list typeOf same int64 uint8 ' +
  'float bool labels anyMap strings nothing nilMap nilAny fail twoThenAny call nofunc'
).split(' ')

const flags = [
  '',
  '',
  '',
  '+',
  '-',
  '#',
  ' ',
  '0',
  '5',
  '-8',
  '.2',
  '8.3',
  '+.1',
  '[1]',
  '[2]',
  '*',
  '05',
  '#5',
  ' 6',
]
const verbs = Array.from('vvvsdqxXtTceEfgGbobOUFz%')

/** Makes templates from random numbers. */
export class TemplateMaker {
  readonly #random: () => number
  readonly #fields: readonly string[]
  #variables: string[] = ['$']
  #loops = 0

  constructor(random: () => number, fields: readonly string[]) {
    this.#random = random
    this.#fields = fields
  }

  /** A template of some size; one in eight has a character changed, dropped or doubled. */
  make(): string {
    this.#variables = ['$']
    this.#loops = 0
    const definitions = this.#chance(0.2) ? `{{define "t"}}${this.#defined()}{{end}}` : ''
    const template = definitions + this.#list(3)
    return this.#chance(0.125) ? this.#damage(template) : template
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  #pick(from: readonly string[]): string {
    return from[this.#below(from.length)] ?? ''
  }

  #damage(template: string): string {
    const at = this.#below(template.length)
    const insert = this.#pick([
      '',
      '',
      '{',
      '}',
      '|',
      '(',
      ')',
      '"',
      '`',
      "'",
      '$',
      '.',
      ' ',
      '-',
      ':=',
      '=',
      ',',
      '\n',
      '@',
      '0',
      'x',
    ])
    return template.slice(0, at) + insert + template.slice(at + this.#below(3))
  }

  #defined(): string {
    const loops = this.#loops
    const variables = this.#variables
    this.#loops = 0
    this.#variables = ['$']
    const body = this.#list(1)
    this.#loops = loops
    this.#variables = variables
    return body
  }

  #list(depth: number): string {
    let text = ''
    for (let count = 1 + this.#below(4); count > 0; count--) text += this.#statement(depth)
    return text
  }

  #statement(depth: number): string {
    const kind = this.#below(depth > 0 ? 12 : 6)
    if (kind < 2) return this.#pick(texts)
    if (kind < 5) return this.#action(this.#pipe(2))
    if (kind === 5) return this.#declaration()
    if (kind < 8) return this.#branch('if', depth)
    if (kind === 8) return this.#branch('with', depth)
    if (kind === 9) return this.#range(depth)
    if (kind === 10) return this.#action(`template "${this.#chance(0.9) ? 't' : 'u'}" ${this.#pipe(1)}`)
    return this.#loops > 0
      ? this.#action(this.#pick(['break', 'continue']))
      : this.#action('/* comment */', true)
  }

  #action(inside: string, tight = false): string {
    const blank = tight || this.#chance(0.5) ? '' : ' '
    const left = this.#chance(0.15) ? '{{- ' : `{{${blank}`
    const right = this.#chance(0.15) ? ' -}}' : `${blank}}}`
    return left + inside + right
  }

  #declaration(): string {
    if (this.#variables.length > 1 && this.#chance(0.4)) {
      return this.#action(`${this.#pick(this.#variables)} = ${this.#pipe(1)}`)
    }
    const name = this.#pick(['$x', '$y', '$é'])
    const declaration = this.#action(`${name} := ${this.#pipe(1)}`)
    this.#variables.push(name)
    return declaration
  }

  #branch(keyword: string, depth: number): string {
    const outer = this.#variables.length
    const head = this.#action(`${keyword} ${this.#pipe(2)}`)
    const body = this.#list(depth - 1)
    this.#variables.length = outer
    const middle = this.#chance(0.4) ? this.#action('else') + this.#list(depth - 1) : ''
    const more = this.#chance(0.2)
      ? this.#action(`else ${keyword} ${this.#pipe(1)}`) + this.#list(depth - 1)
      : ''
    this.#variables.length = outer
    return head + body + more + middle + this.#action('end')
  }

  #range(depth: number): string {
    const outer = this.#variables.length
    const declared = this.#pick(['', '', '$v := ', '$k, $v := '])
    const head = this.#action(`range ${declared}${this.#chance(0.7) ? this.#field() : this.#pipe(1)}`)
    if (declared !== '') this.#variables.push('$v')
    if (declared.includes('$k')) this.#variables.push('$k')
    this.#loops++
    const body = this.#list(depth - 1)
    this.#loops--
    this.#variables.length = outer
    const otherwise = this.#chance(0.3) ? this.#action('else') + this.#list(depth - 1) : ''
    return head + body + otherwise + this.#action('end')
  }

  #pipe(depth: number): string {
    let pipe = this.#command(depth)
    while (this.#chance(0.25)) pipe += ` | ${this.#call(depth)}`
    return pipe
  }

  #command(depth: number): string {
    const kind = this.#below(10)
    if (kind < 5) return this.#call(depth)
    return kind < 9 ? this.#operand(depth) : `${this.#operand(depth)} ${this.#operand(depth)}`
  }

  #call(depth: number): string {
    const name = this.#pick(callable)
    if (name === 'printf') return this.#printf(depth)
    let call = name
    for (let count = this.#below(4); count > 0; count--) call += ` ${this.#operand(depth)}`
    return call
  }

  #printf(depth: number): string {
    let format = ''
    let args = ''
    for (let count = 1 + this.#below(3); count > 0; count--) {
      format += `%${this.#pick(flags)}${this.#pick(verbs)}|`
      if (this.#chance(0.9)) args += ` ${this.#operand(depth)}`
    }
    return `printf "${format}"${args}`
  }

  #operand(depth: number): string {
    const kind = this.#below(depth > 0 ? 11 : 9)
    if (kind < 4) return this.#field()
    if (kind < 6) return this.#pick(constants)
    if (kind < 8) return this.#pick(this.#variables) + (this.#chance(0.3) ? this.#field() : '')
    if (kind === 8) return '.'
    return `(${this.#pipe(depth - 1)})${this.#chance(0.2) ? this.#field() : ''}`
  }

  #field(): string {
    return `.${this.#pick(this.#fields)}`
  }
}
