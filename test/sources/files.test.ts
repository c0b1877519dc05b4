import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { openFileSource, type FileSourceOptions } from '../../src/sources/files.ts'

const never = 1e9

/** A source of one JSON file, that notes what it is told. */
async function open(path: string, options: Partial<FileSourceOptions<unknown>> = {}) {
  const changes: unknown[] = []
  const errors: unknown[] = []
  const source = await openFileSource<unknown>({
    paths: [path],
    load: (read) => JSON.parse(read(path)),
    onLoad: (value) => changes.push(value),
    onError: (error) => errors.push(error),
    debounceMs: 10,
    pollMs: never,
    ...options,
  })
  t.teardown(() => source.close())
  return { source, changes, errors }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 3000) throw new Error(`waited in vain until ${what}`)
    await sleep(5)
  }
}

const folder = () => mkdtemp(join(tmpdir(), 'files-'))

t.test('a file that is missing at the start ends the start', async (t) => {
  await t.rejects(open(join(await folder(), 'none')), { code: 'ENOENT' })
})

t.test('a file that is broken at the start ends the start', async (t) => {
  const path = join(await folder(), 'a')
  await writeFile(path, '{')
  await t.rejects(open(path), SyntaxError)
})

t.test('what breaks later is told once and the last good value stays', async (t) => {
  const path = join(await folder(), 'a')
  await writeFile(path, '1')
  const { source, errors, changes } = await open(path)
  await writeFile(path, '{')
  await until('the error is told', () => errors.length === 1)
  await source.check()
  await source.check()
  t.equal(errors.length, 1)
  t.equal(source.current, 1)
  await rm(path)
  await until('the loss is told', () => errors.length === 2)
  t.match(errors[1], { code: 'ENOENT' })
  await writeFile(path, '2')
  await until('the file is read again', () => source.current === 2)
  await rm(path)
  await until('the second loss is told', () => errors.length === 3)
  await writeFile(path, '2')
  await until('the same content is told of when it is back', () => changes.length === 3)
  t.same(changes, [1, 2, 2])
  t.equal(source.generation, 3)
})

t.test('a file that is written again with the same text is no change', async (t) => {
  const path = join(await folder(), 'a')
  await writeFile(path, '1')
  const { source, changes } = await open(path)
  await writeFile(path, '1')
  await source.check()
  t.equal(source.generation, 1)
  t.same(changes, [1])
})

t.test("Kubernetes' swap of the ..data link is seen", async () => {
  const directory = await folder()
  const write = async (version: string, text: string) => {
    await mkdir(join(directory, version))
    await writeFile(join(directory, version, 'config'), text)
    await symlink(version, join(directory, '..data_tmp'))
    await rename(join(directory, '..data_tmp'), join(directory, '..data'))
  }
  await write('..1', '"one"')
  await symlink(join('..data', 'config'), join(directory, 'config'))
  const { source } = await open(join(directory, 'config'))
  for (const version of ['two', 'three', 'four']) {
    await write(`..${version}`, JSON.stringify(version))
    await until(`${version} is read`, () => source.current === version)
  }
})

t.test('two files that change together are read together', async (t) => {
  const directory = await folder()
  const [a, b] = [join(directory, 'a'), join(directory, 'b')]
  await writeFile(a, '1')
  await writeFile(b, '1')
  const loaded: string[] = []
  const source = await openFileSource({
    paths: [a, b],
    load: (read) => loaded.push(read(a) + read(b)),
    debounceMs: 50,
    pollMs: never,
  })
  t.teardown(() => source.close())
  await writeFile(a, '2')
  await writeFile(b, '2')
  await until('both are read', () => loaded.length === 2)
  t.same(loaded, ['11', '22'])
})

t.test('a folder that is replaced whole is seen by the poll', async (t) => {
  const directory = await folder()
  const inner = join(directory, 'inner')
  await mkdir(inner)
  await writeFile(join(inner, 'a'), '1')
  const { source } = await open(join(inner, 'a'), { pollMs: 20 })
  await rm(inner, { recursive: true })
  await sleep(50)
  t.equal(source.current, 1)
  await mkdir(inner)
  await writeFile(join(inner, 'a'), '2')
  await until('the new folder is read', () => source.current === 2)
})

t.test('nothing is told after close', async (t) => {
  const path = join(await folder(), 'a')
  await writeFile(path, '1')
  const { source, changes } = await open(path, { pollMs: 10 })
  source.close()
  await writeFile(path, '2')
  await sleep(60)
  t.same(changes, [1])
})
