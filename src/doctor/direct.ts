import { get as getHttp } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { isObject, type Json, type JsonObject } from '../golang/json-value.ts'
import type { DirectProbe, Reached } from '../diagnosis/observations.ts'
import { lookMs, reasonOf } from './look.ts'

/** Calls a pod's webhook step by step, from a pod: a connection, TLS without a look at the certificate, an answer. Never rejects. */
export async function probeDirectly(address: string, port: number): Promise<DirectProbe> {
  const tcp = await timed(() => openTcp(address, port))
  if (!tcp.reached) return { tcp }
  let chain = ''
  let socket: TLSSocket | undefined
  const tls = await timed(async () => {
    socket = await openTls(address, port)
    chain = chainOf(socket)
  })
  if (socket === undefined) return { tcp, tls }
  const open = socket
  const http = await timed(() => ask(open))
  open.destroy()
  return { tcp, tls, http, chain }
}

async function timed(run: () => Promise<void>): Promise<Reached> {
  const began = performance.now()
  const passed = (): number => Math.round(performance.now() - began)
  try {
    await run()
    return { reached: true, ms: passed() }
  } catch (error) {
    return { reached: false, ms: passed(), error: reasonOf(error) }
  }
}

function openTcp(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, timeout: lookMs })
    socket.on('connect', () => {
      socket.destroy()
      resolve()
    })
    socket.on('timeout', () => socket.destroy(new Error(`no answer within ${lookMs / 1000} s`)))
    socket.on('error', reject)
  })
}

function openTls(host: string, port: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // What is wrong with the certificate is judged afterwards, with the caBundle.
    const socket = connectTls({ host, port, rejectUnauthorized: false, timeout: lookMs })
    socket.on('secureConnect', () => resolve(socket))
    socket.on('timeout', () => socket.destroy(new Error(`no answer within ${lookMs / 1000} s`)))
    socket.on('error', reject)
  })
}

/** Any answer will do; the webhook refuses GET without an injection. */
function ask(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('data', () => resolve())
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the connection was closed')))
    socket.write('GET /inject HTTP/1.1\r\nHost: injector\r\nConnection: close\r\n\r\n')
  })
}

/** PEM, the server's own first. */
function chainOf(socket: TLSSocket): string {
  const pem: string[] = []
  let certificate = socket.getPeerX509Certificate()
  const seen = new Set<string>()
  while (certificate !== undefined && !seen.has(certificate.fingerprint256)) {
    seen.add(certificate.fingerprint256)
    pem.push(certificate.toString())
    certificate = certificate.issuerCertificate
  }
  return pem.join('')
}

/** The JSON object at a plain address. Rejects for none. */
export function fetchJson(address: string, port: number, path: string): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const asked = getHttp({ host: address, port, path, timeout: lookMs, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => {
        const value = parsed(text)
        if (response.statusCode === 200 && isObject(value)) resolve(value)
        else reject(new Error(`http://${address}:${port}${path}: status ${response.statusCode}`))
      })
    })
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${lookMs / 1000} s`)))
    asked.on('error', reject)
  })
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
