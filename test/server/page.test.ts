/** How a page is served by the operations listener. */
import { request as ask } from 'node:http'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { createOperations } from '../../src/server/operations.ts'
import type { Page, PageRequest } from '../../src/server/page.ts'
import { createReadiness } from '../../src/server/readiness.ts'

/** A page that says what it was asked. */
function echo(): { readonly page: Page; readonly asked: PageRequest[] } {
  const asked: PageRequest[] = []
  const page: Page = {
    root: '/review/',
    bodyLimit: 100,
    answer(request) {
      asked.push(request)
      return { status: 200, headers: { 'content-type': 'text/plain', 'x-own': 'yes' }, body: request.path }
    },
  }
  return { page, asked }
}

interface Got {
  readonly status: number | undefined
  readonly location: string | undefined
  readonly body: string
}

/** Paths go as they are: `fetch` would tidy them. */
function send(
  port: number,
  path: string,
  method = 'GET',
  body = '',
  type = 'application/json',
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const headers = body === '' ? {} : { 'content-type': type }
    const request = ask({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const { statusCode: status, headers } = response
      text(response).then((body) => resolve({ status, location: headers.location, body }), reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

t.test('what the page is asked, and what it is not', async (t) => {
  const { page, asked } = echo()
  const metrics = { contentType: 'text/plain', page: async () => '' }
  const operations = createOperations({ readiness: createReadiness(), metrics, page })
  t.teardown(() => operations.close())
  const { port } = await operations.listen(0, '127.0.0.1')

  const rows: [
    name: string,
    args: Parameters<typeof send> extends [number, ...infer R] ? R : never,
    expected: object,
  ][] = [
    ['its root', ['/review/'], { status: 200, body: '' }],
    ['a file, without the query', ['/review/a.js?x=1'], { status: 200, body: 'a.js' }],
    ['what looks like a way up', ['/review/../healthz'], { status: 200, body: '../healthz' }],
    ['HEAD', ['/review/a.js', 'HEAD'], { status: 200, body: '' }],
    ['the root without its slash', ['/review'], { status: 308, location: 'review/' }],
    ['JSON as bytes', ['/review/review', 'POST', '{"a":1}'], { status: 200, body: 'review' }],
    ['any other type', ['/review/review', 'POST', 'a=1', 'text/plain'], { status: 200 }],
    [
      'too large a body',
      ['/review/review', 'POST', 'x'.repeat(101)],
      { status: 413, body: 'request entity too large\n' },
    ],
    ['something else', ['/reviews'], { status: 404 }],
    ['the other pages', ['/healthz'], { status: 200, body: 'ok\n' }],
  ]
  for (const [name, args, expected] of rows) t.match(await send(port, ...args), expected, name)

  t.match(
    asked.find(({ path }) => path === 'review'),
    { method: 'POST', isLocal: true, body: Buffer.from('{"a":1}') },
  )
  t.ok(
    asked.every(({ method }) => method !== 'HEAD'),
    'HEAD is told as GET',
  )
  t.notOk(
    asked.some(({ body }) => body.length > 100),
    'too large a body is not handed on',
  )
})

t.test('without a page there is none', async (t) => {
  const metrics = { contentType: 'text/plain', page: async () => '' }
  const operations = createOperations({ readiness: createReadiness(), metrics })
  t.teardown(() => operations.close())
  const { port } = await operations.listen(0, '127.0.0.1')
  for (const path of ['/review', '/review/', '/review/state'])
    t.match(await send(port, path), { status: 404 })
})
