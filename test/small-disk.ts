import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of a test's own. */
export interface SmallDisk {
  readonly folder: string
  /** Fills what is left of it with a file of its own; {@link SmallDisk.free} removes that. */
  fill(): void
  free(): void
  /** Lets nothing be written from now on. Nobody may have a file open there. */
  makeReadOnly(): void
  remove(): void
}

/** Makes a disk in memory; null where mounting is not allowed. `MEPHISTO_CI` makes that a failure. */
export function smallDisk(megabytes: number): SmallDisk | null {
  const folder = mkdtempSync(join(tmpdir(), 'mephisto-disk-'))
  try {
    mount('-t', 'tmpfs', '-o', `size=${String(megabytes)}m`, 'tmpfs', folder)
  } catch (error) {
    rmSync(folder, { recursive: true })
    if (process.env['MEPHISTO_CI'] === '1') throw error
    return null
  }
  const filler = join(folder, 'filler')
  return {
    folder,
    fill: () => { fillUp(filler) },
    free: () => { rmSync(filler, { force: true }) },
    makeReadOnly: () => { mount('-o', 'remount,ro', folder) },
    remove() {
      // Whoever still has a file open there keeps it until it is closed.
      execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' })
      rmSync(folder, { recursive: true })
    },
  }
}

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'pipe' })
}

function fillUp(file: string): void {
  const descriptor = openSync(file, 'w')
  try {
    for (let size = 65_536; size > 0;) {
      try {
        writeSync(descriptor, Buffer.alloc(size))
      } catch {
        size = Math.floor(size / 2)
      }
    }
  } finally {
    closeSync(descriptor)
  }
}
