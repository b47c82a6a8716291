import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { mendDriver } from '../../db/driver-patch.ts';

const ROOT = join(import.meta.dirname, '../..');

/**
 * A program made into plain modules as the portal itself is (`server/vite.config.ts`): what is measured
 * must not be what compiles it. It lies below the packages that it imports.
 * @returns its path, and the folder that its maker removes
 */
export async function builtProgram(entry: string): Promise<{ path: string; dir: string }> {
  const dir = mkdtempSync(join(ROOT, 'dist/attack-'));
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    plugins: [mendDriver()],
    ssr: { noExternal: ['postgres'] },
    build: {
      ssr: true,
      target: 'node20',
      outDir: dir,
      minify: false,
      rolldownOptions: { input: { program: entry }, output: { entryFileNames: '[name].mjs' } },
    },
  });
  return { path: join(dir, 'program.mjs'), dir };
}
