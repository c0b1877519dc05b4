import { execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { developmentFiles, developmentPair } from '../../src/tls/development.ts'
import { issue } from '../../src/tls/issue.ts'
import { checkPair, type CertificatePair } from '../../src/tls/pair.ts'
import { developmentNames, openCertificate } from '../../src/tls/source.ts'
import { folder, selfMade } from '../server/harness.ts'

const day = 24 * 60 * 60 * 1000
const now = new Date('2026-11-24T12:00:00Z')
const openssl = spawnSync('openssl', ['version']).status === 0

t.test('a pair that cannot be served is refused with what is wrong with it', async (t) => {
  const [one, other] = [await issue(['a.example'], now), await issue(['a.example'], now)]
  const garbled = one.cert.replace('\nMI', '\n!!')
  const rows: [name: string, cert: string, key: string, code: string][] = [
    ['nothing', '', '', 'certificate-unreadable'],
    ['a key for a certificate', one.key, one.key, 'certificate-unreadable'],
    ['a garbled certificate', garbled, one.key, 'certificate-unreadable'],
    ['a certificate for a key', one.cert, one.cert, 'key-unreadable'],
    ['half a key', one.cert, one.key.slice(0, 80), 'key-unreadable'],
    ["another certificate's key", one.cert, other.key, 'key-mismatch'],
    ['a garbled chain', one.cert + garbled, one.key, 'pair-unusable'],
  ]
  for (const [name, cert, key, code] of rows) t.throws(() => checkPair(cert, key), { code }, name)
  const pair = checkPair(one.cert + one.ca, one.key)
  t.equal(pair.expires.toISOString(), '2027-11-24T12:00:00.000Z')
  t.equal(pair.fingerprint, new X509Certificate(one.cert).fingerprint256)
})

t.test(
  'self-made certificates are strict enough for openssl',
  { skip: openssl ? false : 'no openssl here' },
  async (t) => {
    const directory = folder()
    await developmentPair({
      directory,
      names: developmentNames,
      now: new Date(),
      onUnwritable: (error) => t.error(error),
    })
    const [ca, cert, key] = [developmentFiles.ca, developmentFiles.cert, developmentFiles.key].map((name) =>
      join(directory, name),
    )
    for (const name of developmentNames) {
      const flag = /^[\d.]+$|:/.test(name) ? '-verify_ip' : '-verify_hostname'
      t.match(
        run('verify', '-x509_strict', '-purpose', 'sslserver', flag, name, '-CAfile', ca, cert),
        /: OK\n$/,
        name,
      )
    }
    t.equal(run('pkey', '-in', key, '-pubout'), run('x509', '-in', cert, '-noout', '-pubkey'))
  },
)

t.test('a self-made pair is kept for its owner only, and used again', async (t) => {
  const directory = folder()
  const first = await selfMade(directory)
  t.same(readdirSync(directory).sort(), ['ca.pem', 'tls-key.pem', 'tls.pem'])
  for (const name of readdirSync(directory))
    t.equal(statSync(join(directory, name)).mode & 0o777, 0o600, name)
  t.equal((await selfMade(directory)).fingerprint, first.fingerprint)
})

t.test('a self-made pair that is not good any more is made anew', async (t) => {
  const rows: { name: string; spoil?: (directory: string) => void; later?: number; names?: string[] }[] = [
    { name: 'no key', spoil: (directory) => rmSync(join(directory, developmentFiles.key)) },
    { name: 'half a certificate', spoil: (directory) => cut(join(directory, developmentFiles.cert)) },
    { name: 'half a CA', spoil: (directory) => cut(join(directory, developmentFiles.ca)) },
    { name: 'two thirds of its life are over', later: 245 * day },
    { name: 'its life has not begun', later: -day },
    { name: 'a new name', names: ['localhost', 'injector.example'] },
    { name: 'a new address', names: ['localhost', '10.0.0.1'] },
  ]
  for (const { name, spoil, later = 0, names = ['localhost', '127.0.0.1'] } of rows) {
    const directory = folder()
    const make = (names: string[], now: Date) =>
      developmentPair({ directory, names, now, onUnwritable: (error) => t.error(error) })
    const first = await make(['localhost', '127.0.0.1'], now)
    spoil?.(directory)
    const second = await make(names, new Date(now.getTime() + later))
    t.not(second.fingerprint, first.fingerprint, name)
    t.equal(
      (await make(names, new Date(now.getTime() + later))).fingerprint,
      second.fingerprint,
      `${name}, and kept`,
    )
  }
  const directory = folder()
  const options = { directory, names: ['localhost'], onUnwritable: (error: unknown) => t.error(error) }
  const first = await developmentPair({ ...options, now })
  const later = await developmentPair({ ...options, now: new Date(now.getTime() + 240 * day) })
  t.equal(later.fingerprint, first.fingerprint, 'a pair with more than a third of its life left is kept')
})

t.test('a folder that cannot be written costs a word, not the start', async (t) => {
  const errors: unknown[] = []
  const file = join(folder(), 'file')
  writeFileSync(file, '')
  const pair = await developmentPair({
    directory: join(file, 'certs'),
    names: ['localhost'],
    now,
    onUnwritable: (error) => errors.push(error),
  })
  t.match(errors, [{ code: 'ENOTDIR' }])
  t.ok(pair.cert)
})

t.test('a pair from files is read again; a broken one changes nothing', async (t) => {
  const directory = folder()
  const files = { cert: join(directory, 'tls.crt'), key: join(directory, 'tls.key') }
  const write = ({ cert, key }: { cert: string; key: string }) => {
    writeFileSync(files.cert, cert)
    writeFileSync(files.key, key)
  }
  const [one, two, three] = [await issue(['a'], now), await issue(['b'], now), await issue(['c'], now)]
  const loaded: CertificatePair[] = []
  const errors: unknown[] = []
  const next = async (list: unknown[], length: number) => {
    for (let waited = 0; list.length < length && waited < 3000; waited += 10)
      await new Promise((done) => setTimeout(done, 10))
    t.equal(list.length, length)
  }

  write(one)
  const source = await openCertificate({
    files,
    developmentDirectory: '',
    onLoad: (pair) => loaded.push(pair),
    onError: (error) => errors.push(error),
    onUnwritable: (error) => t.error(error),
  })
  t.teardown(() => source.close())
  write(two)
  await next(loaded, 2)
  write({ cert: three.cert, key: two.key })
  await next(errors, 1)
  t.match(errors, [{ code: 'key-mismatch' }])
  t.equal(source.current.cert, two.cert)
  write(three)
  await next(loaded, 3)
  t.same(
    loaded.map(({ cert }) => cert),
    [one.cert, two.cert, three.cert],
  )
})

t.test('a start without a readable pair is no start', async (t) => {
  const files = { cert: join(folder(), 'none'), key: join(folder(), 'none') }
  const options = {
    files,
    developmentDirectory: '',
    onLoad: () => t.fail(),
    onError: () => t.fail(),
    onUnwritable: () => t.fail(),
  }
  await t.rejects(openCertificate(options), { code: 'ENOENT' })
})

/** Runs openssl; its output. */
function run(...args: (string | undefined)[]): string {
  return execFileSync(
    'openssl',
    args.filter((arg) => arg !== undefined),
    { encoding: 'utf8' },
  )
}

function cut(path: string): void {
  chmodSync(path, 0o600)
  writeFileSync(path, readFileSync(path).subarray(0, 100))
}
