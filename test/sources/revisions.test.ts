import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { openRevisions, type RevisionsOptions } from '../../src/sources/revisions.ts'

const never = 1e9

/** A source whose settings are the config's JSON and the mesh's text, that notes what it is told. */
async function open(directory: string, options: Partial<RevisionsOptions<unknown>> = {}) {
  const told: string[] = []
  let current: Record<string, unknown> = {}
  const source = await openRevisions<unknown>({
    directory,
    compile: (_revision, { config, mesh }) => JSON.parse(config) + (mesh ?? ''),
    onLoad: (revision, _settings, generation) => told.push(`${revision}: ${generation}`),
    onError: (revision, error) => told.push(`${revision}: ${error instanceof Error ? error.name : 'error'}`),
    onForgiven: (revision) => told.push(`${revision}: forgiven`),
    onGone: (revision) => told.push(`${revision}: gone`),
    onChange: (all) => (current = Object.fromEntries(all)),
    debounceMs: 10,
    pollMs: never,
    ...options,
  })
  t.teardown(() => source.close())
  return { source, told, current: () => current }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 3000) throw new Error(`waited in vain until ${what}`)
    await sleep(5)
  }
}

/** A new folder with these files. */
async function folder(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'revisions-'))
  await write(directory, files)
  return directory
}

async function write(directory: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
}

t.test('what is nothing to start with ends the start, and says why', async (t) => {
  const rows: [name: string, files: Record<string, string>, message: RegExp][] = [
    ['an empty folder', {}, /has no folder of a revision, such as .*\/default with the files config/],
    ['only files', { config: '1' }, /has no folder of a revision/],
    ['only hidden folders', { '..data/config': '1' }, /has no folder of a revision/],
    ['one that is broken', { 'a/config': '{' }, /no revision of .* can be used: a: .*JSON/],
    ['one without a config', { 'a/mesh': '' }, /can be used: a: ENOENT.*a\/config/],
    [
      'one that is misnamed',
      { '1.30/config': '1' },
      /can be used: 1\.30: folder "1\.30" is left out: the name/,
    ],
    ['two that are broken', { 'a/config': '{', 'b/config': '' }, /used: a: .*; b: /],
  ]
  for (const [name, files, message] of rows) {
    await t.rejects(open(await folder(files)), { code: 'none-usable', message }, name)
  }
  await t.rejects(open(join(await folder({}), 'none')), { code: 'ENOENT' })
})

t.test('one that is broken stops no other, and is read when it is mended', async (t) => {
  const directory = await folder({ 'a/config': '1', 'a/mesh': 'm', 'b/config': '{', 'c.d/config': '1' })
  const { told, current, source } = await open(directory)
  t.same(current(), { a: '1m' })
  t.same(new Set(told), new Set(['a: 1', 'b: SyntaxError', 'c.d: RevisionsError']))
  await source.check()
  await source.check()
  t.equal(told.length, 3, 'told once')
  await write(directory, { 'b/config': '2' })
  await until('b is read', () => current()['b'] === '2')
  t.same(current(), { a: '1m', b: '2' })
})

t.test('a revision that breaks later keeps its last good settings', async (t) => {
  const directory = await folder({ 'a/config': '1', 'b/config': '1' })
  const { told, current } = await open(directory)
  await write(directory, { 'a/config': '{', 'b/config': '2' })
  await until('both are looked at', () => told.includes('a: SyntaxError') && told.includes('b: 2'))
  t.same(current(), { a: '1', b: '2' })
  await rm(join(directory, 'a/config'))
  await until('the loss is told', () => told.includes('a: Error'))
  t.same(current(), { a: '1', b: '2' })
  await write(directory, { 'a/config': '3' })
  await until('a is read again', () => current()['a'] === '3')
  t.ok(told.includes('a: 2'))
  await rm(join(directory, 'a/config'))
  await until('the second loss is told', () => told.filter((line) => line === 'a: Error').length === 2)
  await write(directory, { 'a/config': '3' })
  await until('the same content is told of when it is back', () => told.includes('a: 3'))
})

t.test('what is wrong with something is forgiven when that is gone', async (t) => {
  const directory = await folder({ 'a/config': '1', 'b/config': '{', 'c.d/config': '1' })
  const { told, source } = await open(directory)
  for (const name of ['b', 'c.d']) await rm(join(directory, name), { recursive: true })
  await until('both are gone', () => told.length >= 5)
  await source.check()
  t.same(told.slice(3).toSorted(), ['b: forgiven', 'c.d: forgiven'], 'and neither was in use')
})

t.test('revisions come and go, files within them, too', async (t) => {
  const directory = await folder({ 'a/config': '1' })
  const { told, current } = await open(directory)
  await write(directory, { 'b/config': '1' })
  await until('b is there', () => current()['b'] === '1')
  await write(directory, { 'b/mesh': 'm' })
  await until('its mesh is there', () => current()['b'] === '1m')
  await rm(join(directory, 'b/mesh'))
  await until('its mesh is gone', () => current()['b'] === '1')
  await rm(join(directory, 'a'), { recursive: true })
  await until('a is gone', () => current()['a'] === undefined)
  t.same(current(), { b: '1' })
  t.ok(told.includes('a: gone'), 'and it is told')
  await write(directory, { 'a/config': '2' })
  await until('a is back', () => current()['a'] === '2')
  await write(directory, { 'a/config': '3' })
  await until('the new folder is watched', () => current()['a'] === '3')
  await rm(join(directory, 'a'), { recursive: true })
  await rm(join(directory, 'b'), { recursive: true })
  await until('none is left', () => Object.keys(current()).length === 0)
})

t.test('a folder that cannot be read changes nothing', async (t) => {
  const directory = await folder({ 'a/config': '1' })
  const { told, current, source } = await open(directory, { pollMs: 10 })
  await rename(directory, `${directory}-away`)
  await until('it is told', () => told.includes(': Error'))
  await source.check()
  await sleep(50)
  t.same(told, ['a: 1', ': Error'], 'told once')
  t.same(current(), { a: '1' })
  await rename(`${directory}-away`, directory)
  await until('it is forgiven', () => told.includes(': forgiven'))
  await write(directory, { 'a/config': '2' })
  await until('it is read again', () => current()['a'] === '2')
})

t.test('a file that cannot be read is a problem of its revision alone', async (t) => {
  const directory = await folder({ 'a/config': '1', 'b/config': '1', 'b/mesh/x': '' })
  const { current } = await open(directory)
  t.same(current(), { a: '1' }, 'the mesh of b is a folder')
})

for (const [name, link] of [
  ['of all revisions in one volume', ''],
  ['of one revision in a volume of its own', 'a'],
] as const) {
  t.test(`Kubernetes' swap of the ..data link is seen, ${name}`, async () => {
    const directory = await folder({})
    const volume = join(directory, link)
    let version = 0
    const swap = async (config: string) => {
      const data = `..${++version}`
      await write(volume, { [join(data, link === '' ? 'a/config' : 'config')]: config })
      await symlink(data, join(volume, '..data_tmp'))
      await rename(join(volume, '..data_tmp'), join(volume, '..data'))
      await rm(join(volume, `..${version - 1}`), { recursive: true, force: true })
    }
    await swap('1')
    const top = link === '' ? 'a' : 'config'
    await symlink(join('..data', top), join(volume, top))
    const { current } = await open(directory)
    for (const config of ['2', '3', '4']) {
      await swap(config)
      await until(`${config} is read`, () => current()['a'] === config)
    }
  })
}

t.test('nothing is told after close', async (t) => {
  const directory = await folder({ 'a/config': '1' })
  const { source, told } = await open(directory, { pollMs: 10 })
  source.close()
  await write(directory, { 'a/config': '2', 'b/config': '1' })
  await source.check()
  await sleep(60)
  t.same(told, ['a: 1'])
})
