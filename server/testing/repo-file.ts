import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A file of the repository as text, for tests of what it says. `npm run bite` has one read without its control. */
export function repoFile(name: string): string {
  const text = readFileSync(join(root, name), 'utf8');
  const { BITE_FILE } = process.env;
  if (!BITE_FILE) return text;
  const { file, was, becomes }: { file?: string; was: string; becomes: string } =
    JSON.parse(BITE_FILE);
  return file === name ? text.replace(was, () => becomes) : text;
}
