import { write, writeSync } from 'node:fs'

/** A destination for pino that gathers lines and writes them together. */
export interface LineBuffer {
  write(line: string): void
  /** Writes what is gathered and resolves when everything is out. */
  drain(): Promise<void>
  /** The same at once, before the process ends; for a file descriptor that does not take it, no more than is possible. */
  flushSync(): void
}

/** Enough lines for one system call: what a pipe holds (pipe(7)). */
const batchLength = 64 * 1024

/** As long as a line waits for others at most. */
const batchMs = 50

/** Whoever reads our log may stand still; injection must not, nor may memory grow. What is over is dropped and counted. */
const maxPending = 4 * 1024 * 1024

/** How long to wait when a pipe is full (EAGAIN). */
const retryMs = 10

/**
 * Gathers lines for up to 50 ms, as a write costs as much as an injection. (pino's own destination counts all gathered
 * bytes again for each line.) A descriptor that is gone (EPIPE) loses its lines in silence: there is nobody to tell.
 */
export function createLineBuffer(fd: number): LineBuffer {
  let lines: string[] = []
  let length = 0
  let dropped = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined

  function take(): Buffer {
    if (dropped > 0)
      lines.push(`{"level":"warn","dropped":${dropped},"msg":"log lines dropped: nobody reads them"}\n`)
    const batch = Buffer.from(lines.join(''))
    lines = []
    length = 0
    dropped = 0
    return batch
  }

  function start(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing ??= writeBatches().finally(() => {
      writing = undefined
    })
    return writing
  }

  async function writeBatches(): Promise<void> {
    while (lines.length > 0) await writeWhole(fd, take())
  }

  return {
    write(line) {
      if (length > maxPending) {
        dropped++
        return
      }
      lines.push(line)
      length += line.length
      if (length >= batchLength) void start()
      else timer ??= setTimeout(start, batchMs)
    },
    drain: start,
    flushSync() {
      const batch = take()
      try {
        for (let done = 0; done < batch.length;) done += writeSync(fd, batch, done)
      } catch {
        // The process ends, and its log cannot be written.
      }
    },
  }
}

async function writeWhole(fd: number, batch: Buffer): Promise<void> {
  for (let done = 0; done < batch.length;) done += await writeSome(fd, batch, done)
}

/** Resolves with how many bytes were taken; all of them if the descriptor is gone. */
function writeSome(fd: number, batch: Buffer, from: number): Promise<number> {
  return new Promise((resolve) => {
    write(fd, batch, from, (error, written) => {
      if (error === null) resolve(written)
      else if (error.code === 'EAGAIN') setTimeout(() => resolve(0), retryMs)
      else resolve(batch.length - from)
    })
  })
}
