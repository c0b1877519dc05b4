/**
 * Random matchConditions: expressions of CEL by the types of their parts, over the members that random pods have. Most
 * of them are such as the API server accepts; many fail for some pods, since a member is not there or is of another type.
 */
import { chance, pick, type Random } from './mutate.ts'

/** What an expression gives; `any` is what only the pod decides. */
type Kind =
  | 'bool'
  | 'int'
  | 'double'
  | 'text'
  | 'texts'
  | 'any'
  | 'list'
  | 'map'
  | 'duration'
  | 'time'
  | 'quantity'
  | 'ip'
  | 'cidr'
  | 'optional'
  | 'url'

interface Around {
  readonly random: Random
  /** Variables of macros. */
  readonly names: readonly (readonly [name: string, kind: Kind])[]
  readonly depth: number
}

type Make = (around: Around) => string

/** A condition. */
export function randomCondition(random: Random): string {
  return make('bool', { random, names: [], depth: 2 + random(3) })
}

function make(kind: Kind, around: Around): string {
  const { random, depth } = around
  const simple = leaves[kind]
  const rich = depth <= 0 ? [] : branches[kind]
  const bound = around.names.filter(([, type]) => type === kind || (kind !== 'list' && type === 'any'))
  if (bound.length > 0 && chance(random, 40)) return pick(random, bound)[0]
  const inner = { ...around, depth: depth - 1 }
  return rich.length === 0 || (depth < 2 && chance(random, 30))
    ? pick(random, simple)(inner)
    : pick(random, rich)(inner)
}

const quoted = (text: string): string => `'${text}'`

/** Texts that are in pods, near them, or at odds with everything. */
const texts = [
  '',
  'a',
  'app',
  'web',
  'web-1',
  'true',
  'false',
  'x',
  'é',
  '😀a',
  'a,b',
  ' a ',
  'A',
  '1',
  '1.5',
  '10.0.0.1',
  '1Gi',
  '1h',
  'istio-proxy',
  'enabled',
  'ß',
  '0',
  '-1',
  '100m',
  '2020-01-02T03:04:05Z',
]
const labelKeys = ['app', 'version', 'tier', 'istio.io/rev', 'sidecar.istio.io/inject', 'zz']
const fields = ['name', 'image', 'ports', 'env', 'resources', 'foo', 'securityContext']
const patterns = [
  '^a',
  'b$',
  '[0-9]+',
  '.*',
  '^web-[0-9]+$',
  '(a|b)+',
  '^$',
  '\\\\d',
  '(?i)WEB',
  '\\\\bapp\\\\b',
  '[[:alpha:]]',
  'é',
]
const numbers = [
  '0',
  '1',
  '2',
  '-1',
  '8080',
  '30',
  '3',
  '9223372036854775807',
  '-9223372036854775808',
  '5',
  '64',
]
const doubles = ['0.0', '1.0', '1.5', '-2.5', '1e3', '30.0', '1e20', '9007199254740993.0', '0.1']
const members = [
  'object.metadata.name',
  'object.metadata.generateName',
  'object.metadata.labels.app',
  "object.metadata.labels['version']",
  "object.metadata.annotations['x/y']",
  'object.spec.hostNetwork',
  'object.spec.serviceAccountName',
  'object.spec.nodeName',
  'object.spec.terminationGracePeriodSeconds',
  'object.spec.containers',
  'object.spec.containers[0].name',
  'object.spec.containers[0].image',
  'object.spec.containers[1].name',
  'object.spec.containers[0].ports',
  'object.spec.containers[0].ports[0].containerPort',
  'object.spec.initContainers',
  'object.spec.volumes',
  'object.metadata.labels',
  'object.metadata.annotations',
  'object.metadata.ownerReferences',
  'object.metadata.foo',
  'object.spec.securityContext.runAsUser',
  'object.spec.containers[0].resources.limits.memory',
  "object.metadata.labels['zz']",
  'object.spec',
  'object.kind',
  'oldObject',
  'object.spec.tolerations[0].operator',
]
const requests = [
  'request.namespace',
  'request.operation',
  'request.name',
  'request.kind.kind',
  'request.resource.resource',
  'request.kind.group',
  'request.requestKind.version',
]
const lists = [
  'object.spec.containers',
  'object.spec.initContainers',
  'object.spec.volumes',
  'object.spec.containers[0].ports',
  'object.metadata.ownerReferences',
  'object.metadata.foo',
  'object.spec.tolerations',
]
const maps = [
  'object.metadata.labels',
  'object.metadata.annotations',
  'object.spec.containers[0].resources.limits',
  'object.spec.nodeSelector',
  'object.metadata',
]

const literal =
  (list: readonly string[]): Make =>
  ({ random }) =>
    pick(random, list)
const text: Make = ({ random }) => quoted(pick(random, texts))
const of =
  (kind: Kind): Make =>
  (around) =>
    make(kind, around)
const any = of('any')

/** `@` is a part of that kind, in the order of the kinds. */
const form =
  (shape: string, ...kinds: readonly Kind[]): Make =>
  (around) => {
    let index = 0
    return shape.replaceAll('@', () => make(kinds[index++] ?? 'any', around))
  }

/** A macro whose variable is the item of a list, or the key of a map; `$` is the variable. */
const macro =
  (range: Make, shape: string, item: Kind, body: Kind): Make =>
  (around) => {
    const name = `v${around.names.length}`
    const names = [...around.names, [name, item] as const]
    return shape
      .replace('#', () => range(around))
      .replaceAll('$', () => name)
      .replace('@', () => make(body, { ...around, names }))
  }

const leaves: Readonly<Record<Kind, readonly Make[]>> = {
  bool: [
    literal([
      'true',
      'false',
      'oldObject == null',
      'has(object.spec.hostNetwork)',
      'has(object.metadata.labels)',
      'request.dryRun',
      'has(object.metadata.annotations)',
      'has(object.metadata.generateName)',
      'namespaceObject == null',
    ]),
    ({ random }) => `${quoted(pick(random, labelKeys))} in object.metadata.labels`,
    ({ random }) =>
      `has(${pick(
        random,
        members.filter((member) => /\.\w+$/.test(member)),
      )})`,
    ({ random }) => `object.metadata.labels.app == ${quoted(pick(random, texts))}`,
  ],
  int: [literal(numbers), literal(numbers)],
  double: [literal(doubles)],
  text: [text, text, literal(requests)],
  texts: [literal(["['a', 'b']", "['web', 'api', 'app']", "['x']", "['b', 'a', 'a']"])],
  any: [
    literal(members),
    literal(members),
    literal(requests),
    (around) =>
      `dyn(${make(pick(around.random, ['int', 'text', 'double', 'bool']), { ...around, depth: 0 })})`,
  ],
  list: [literal(lists)],
  map: [literal(maps)],
  duration: [literal(["duration('1h')", "duration('90s')", "duration('-1.5h')", "duration('100ms')"])],
  time: [
    literal([
      "timestamp('2020-01-02T03:04:05Z')",
      "timestamp('2020-01-02T03:04:05.123456789Z')",
      "timestamp('2019-12-31T23:30:00-05:00')",
      'timestamp(0)',
    ]),
  ],
  quantity: [
    literal([
      "quantity('1Gi')",
      "quantity('500m')",
      "quantity('1024Mi')",
      "quantity('1')",
      "quantity('-3k')",
      "quantity('1.5G')",
    ]),
  ],
  ip: [
    literal([
      "ip('10.0.0.1')",
      "ip('192.168.1.255')",
      "ip('2001:db8::1')",
      "ip('::1')",
      "ip('169.254.1.1')",
      "ip('fe80::1')",
      "ip('224.0.0.5')",
    ]),
  ],
  cidr: [
    literal([
      "cidr('10.0.0.0/8')",
      "cidr('10.1.2.3/16')",
      "cidr('0.0.0.0/0')",
      "cidr('2001:db8::/32')",
      "cidr('10.0.0.1/32')",
    ]),
  ],
  optional: [
    ({ random }) => `object.metadata.labels[?${quoted(pick(random, labelKeys))}]`,
    literal([
      'object.?metadata.?name',
      'object.?spec.?foo.?bar',
      'object.spec.?hostNetwork',
      'object.spec.containers[?1]',
      'optional.none()',
      "optional.of(dyn('a'))",
      'object.?spec.containers[?0].?name',
    ]),
  ],
  url: [
    literal([
      "url('https://a.b:80/x%20y?q=1&q=2&z')",
      "url('/only/path?x')",
      "url('http://[::1]:8080/')",
      "url('https://user@host/')",
    ]),
  ],
}

const branches: Readonly<Record<Kind, readonly Make[]>> = {
  bool: [
    form('(@ && @)', 'bool', 'bool'),
    form('(@ || @)', 'bool', 'bool'),
    form('(@ && @)', 'bool', 'bool'),
    form('(@ || @)', 'bool', 'bool'),
    form('!@', 'bool'),
    form('!(@)', 'bool'),
    form('(@ ? @ : @)', 'bool', 'bool', 'bool'),
    form('@ == @', 'any', 'any'),
    form('@ != @', 'any', 'any'),
    form('@ == @', 'text', 'any'),
    form('@ == @', 'any', 'int'),
    form('@ == @', 'any', 'double'),
    form('@ == dyn(@)', 'any', 'bool'),
    form('@ < @', 'any', 'int'),
    form('@ >= @', 'any', 'double'),
    form('@ > @', 'int', 'int'),
    form('@ <= @', 'int', 'double'),
    form('@ < @', 'text', 'text'),
    form('@ > @', 'any', 'any'),
    form('dyn(@) < dyn(@)', 'int', 'double'),
    form('dyn(@) == dyn(@)', 'int', 'double'),
    form('@ in @', 'text', 'texts'),
    form('@ in @', 'any', 'texts'),
    form('@ in @', 'text', 'map'),
    form('@ in @', 'any', 'list'),
    form('@ in [@, @]', 'int', 'int', 'int'),
    form('@ in @', 'any', 'any'),
    form('@.startsWith(@)', 'any', 'text'),
    form('@.endsWith(@)', 'text', 'text'),
    form('@.contains(@)', 'any', 'text'),
    ({ random, ...around }) =>
      `${make(pick(random, ['any', 'text']), { random, ...around })}.matches('${pick(random, patterns)}')`,
    macro(of('list'), '#.all($, @)', 'any', 'bool'),
    macro(of('list'), '#.exists($, @)', 'any', 'bool'),
    macro(of('list'), '#.exists_one($, @)', 'any', 'bool'),
    macro(of('list'), "#.exists($, $.name == 'app' && @)", 'any', 'bool'),
    macro(of('list'), '#.all($, has($.image) && @)', 'any', 'bool'),
    macro(of('map'), '#.all($, @)', 'any', 'bool'),
    macro(of('map'), '#.exists($, @)', 'any', 'bool'),
    macro(of('texts'), '#.exists($, @)', 'text', 'bool'),
    macro(of('texts'), '#.all($, @)', 'text', 'bool'),
    macro(any, '#.exists($, @)', 'any', 'bool'),
    macro(of('map'), "#.exists($, w, w == 'web' || @)", 'any', 'bool'),
    macro(of('list'), '#.all($, w, $ < 1 || @)', 'int', 'bool'),
    macro(of('map'), "#.filter($, @).exists(x, x == 'app')", 'any', 'bool'),
    form('@.isSorted()', 'texts'),
    form('sets.contains(@, @)', 'texts', 'texts'),
    form('sets.intersects(@, @)', 'texts', 'texts'),
    form('sets.equivalent(@, @)', 'texts', 'texts'),
    form('@ < @', 'duration', 'duration'),
    form('@ > @', 'time', 'time'),
    form('@ == @', 'time', 'time'),
    form('@.isGreaterThan(@)', 'quantity', 'quantity'),
    form('@.isLessThan(@)', 'quantity', 'quantity'),
    form('@ == @', 'quantity', 'quantity'),
    form('isQuantity(@)', 'any'),
    form('isQuantity(@)', 'text'),
    form('@.isInteger()', 'quantity'),
    form('isIP(@)', 'text'),
    form('isIP(@)', 'any'),
    form('isCIDR(@)', 'text'),
    form('@.containsIP(@)', 'cidr', 'ip'),
    form('@.containsCIDR(@)', 'cidr', 'cidr'),
    form('@.isLoopback()', 'ip'),
    form('@.isGlobalUnicast()', 'ip'),
    form('@.isLinkLocalUnicast()', 'ip'),
    form('@.isLinkLocalMulticast()', 'ip'),
    form('@ == @', 'ip', 'ip'),
    form('@.masked() == @', 'cidr', 'cidr'),
    form('isURL(@)', 'text'),
    form('isURL(@)', 'any'),
    form('@.hasValue()', 'optional'),
    form('@.orValue(dyn(@)) == @', 'optional', 'text', 'text'),
    form('@ == @', 'optional', 'optional'),
    form('@.optMap(o, o == dyn(@)).orValue(false)', 'optional', 'text'),
    form('@.value() == @', 'optional', 'any'),
    form('type(@) == type(@)', 'any', 'any'),
    ({ random, ...around }) =>
      `type(${make('any', { random, ...around })}) == ${pick(random, ['string', 'int', 'bool', 'list', 'map', 'null_type', 'double'])}`,
    form('bool(@)', 'text'),
    form('@ == @', 'texts', 'texts'),
    form('@ == @', 'list', 'list'),
    form('@ == @', 'map', 'map'),
    form('@', 'bool'),
  ],
  int: [
    form('(@ + @)', 'int', 'int'),
    form('(@ - @)', 'int', 'int'),
    form('(@ * @)', 'int', 'int'),
    form('(@ / @)', 'int', 'int'),
    form('(@ % @)', 'int', 'int'),
    form('-(@)', 'int'),
    form('size(@)', 'any'),
    form('@.size()', 'list'),
    form('@.size()', 'map'),
    form('@.size()', 'text'),
    form('size(@)', 'texts'),
    form('int(@)', 'text'),
    form('int(@)', 'double'),
    form('int(@)', 'any'),
    form('@.indexOf(@)', 'text', 'text'),
    form('@.lastIndexOf(@)', 'text', 'text'),
    form('@.indexOf(@, @)', 'text', 'text', 'int'),
    form('@.indexOf(@)', 'texts', 'text'),
    form('@.getSeconds()', 'duration'),
    form('@.getMinutes()', 'duration'),
    form('@.getMilliseconds()', 'duration'),
    form('@.getHours()', 'time'),
    form('@.getFullYear()', 'time'),
    form('@.getMonth()', 'time'),
    form('@.getDayOfWeek()', 'time'),
    form('@.getDate()', 'time'),
    form('@.getDayOfMonth()', 'time'),
    form('@.getDayOfYear()', 'time'),
    form('@.getMilliseconds()', 'time'),
    form("@.getHours('-08:00')", 'time'),
    form("@.getDate('Asia/Tokyo')", 'time'),
    form('int(@)', 'time'),
    form('@.asInteger()', 'quantity'),
    form('@.sign()', 'quantity'),
    form('@.compareTo(@)', 'quantity', 'quantity'),
    form('@.family()', 'ip'),
    form('@.prefixLength()', 'cidr'),
    form('(@ ? @ : @)', 'bool', 'int', 'int'),
    macro(of('texts'), '#.map($, $.size()).sum()', 'text', 'int'),
    macro(of('texts'), '#.map($, @).max()', 'text', 'int'),
  ],
  double: [
    form('(@ + @)', 'double', 'double'),
    form('(@ / @)', 'double', 'double'),
    form('(@ * @)', 'double', 'double'),
    form('double(@)', 'int'),
    form('double(@)', 'text'),
    form('double(@)', 'any'),
    form('-(@)', 'double'),
  ],
  text: [
    form('(@ + @)', 'text', 'text'),
    form('string(@)', 'int'),
    form('string(@)', 'double'),
    form('string(@)', 'bool'),
    form('string(@)', 'any'),
    form('string(@)', 'duration'),
    form('@.lowerAscii()', 'text'),
    form('@.upperAscii()', 'text'),
    form('@.trim()', 'text'),
    form('@.trim()', 'any'),
    form('@.charAt(@)', 'text', 'int'),
    form('@.substring(@)', 'text', 'int'),
    form('@.substring(@, @)', 'text', 'int', 'int'),
    form('@.replace(@, @)', 'text', 'text', 'text'),
    form('@.replace(@, @, @)', 'any', 'text', 'text', 'int'),
    form('@.join()', 'texts'),
    form('@.join(@)', 'texts', 'text'),
    form('@.split(@)[@]', 'text', 'text', 'int'),
    ({ random, ...around }) => `${make('text', { random, ...around })}.find('${pick(random, patterns)}')`,
    form('(@ ? @ : @)', 'bool', 'text', 'text'),
    form('string(@)', 'ip'),
    form('string(@)', 'cidr'),
    form('@.getHost()', 'url'),
    form('@.getHostname()', 'url'),
    form('@.getPort()', 'url'),
    form('@.getEscapedPath()', 'url'),
    form('@.getScheme()', 'url'),
    form("'%s-%d'.format([@, @])", 'text', 'int'),
    form("@.getQuery()['q'][@]", 'url', 'int'),
  ],
  texts: [
    form('@.split(@)', 'text', 'text'),
    form('@.split(@, @)', 'text', 'text', 'int'),
    form('(@ + @)', 'texts', 'texts'),
    form('[@, @]', 'text', 'text'),
    macro(of('texts'), '#.filter($, @)', 'text', 'bool'),
    macro(of('texts'), '#.map($, @)', 'text', 'text'),
    macro(of('list'), '#.map($, string($.name))', 'any', 'any'),
    ({ random, ...around }) => `${make('text', { random, ...around })}.findAll('${pick(random, patterns)}')`,
  ],
  any: [
    ({ random, ...around }) => `${make('any', { random, ...around })}.${pick(random, fields)}`,
    form('@[@]', 'list', 'int'),
    form('@[@]', 'map', 'text'),
    form('@[@]', 'any', 'any'),
    form('(@ + @)', 'any', 'any'),
    form('(@ - @)', 'any', 'int'),
    form('@.orValue(@)', 'optional', 'any'),
    form('(@ ? @ : @)', 'bool', 'any', 'any'),
    form('dyn(@)', 'text'),
    form('dyn(@)', 'int'),
    form('dyn(@)', 'double'),
    form('dyn(@)', 'texts'),
    form('[@, @][@]', 'any', 'any', 'int'),
    form("{'a': @, 'b': @}[@]", 'any', 'any', 'text'),
    macro(of('list'), '#.map($, @)[0]', 'any', 'any'),
    form('-(@)', 'any'),
  ],
  list: [
    macro(of('list'), '#.filter($, @)', 'any', 'bool'),
    macro(of('list'), '#.map($, @)', 'any', 'any'),
    macro(of('list'), '#.map($, has($.name), @)', 'any', 'any'),
    form('[@, @]', 'any', 'any'),
    macro(of('map'), '#.map($, @)', 'any', 'any'),
    macro(of('map'), '#.transformList($, w, w)', 'any', 'any'),
  ],
  map: [
    form("{'a': @}", 'any'),
    macro(of('map'), '#.transformMap($, w, w)', 'any', 'any'),
    form("{'app': @, 'x': @}", 'any', 'any'),
  ],
  duration: [
    form('(@ + @)', 'duration', 'duration'),
    form('(@ - @)', 'time', 'time'),
    form('duration(@)', 'text'),
  ],
  time: [
    form('(@ + @)', 'time', 'duration'),
    form('(@ - @)', 'time', 'duration'),
    form('timestamp(@)', 'text'),
    form('timestamp(@)', 'int'),
  ],
  quantity: [
    form('@.add(@)', 'quantity', 'quantity'),
    form('@.sub(@)', 'quantity', 'int'),
    form('quantity(@)', 'text'),
    form('quantity(@)', 'any'),
  ],
  ip: [form('ip(@)', 'text'), form('@.ip()', 'cidr'), form('ip(@)', 'any')],
  cidr: [form('cidr(@)', 'text'), form('@.masked()', 'cidr')],
  optional: [
    form('@[?@]', 'map', 'text'),
    form('@[?@]', 'list', 'int'),
    form('@[?@]', 'any', 'any'),
    form('@.or(@)', 'optional', 'optional'),
    form('optional.of(@)', 'any'),
    form('optional.ofNonZeroValue(@)', 'any'),
    ({ random, ...around }) => `${make('any', { random, ...around })}.?${pick(random, fields)}`,
    ({ random, ...around }) => `${make('optional', { random, ...around })}.${pick(random, fields)}`,
  ],
  url: [form('url(@)', 'text'), form('url(@)', 'any')],
}
