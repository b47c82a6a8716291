import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect } from 'vitest';
import { testDeps } from '../../testing/deps.ts';
import { test } from '../../testing/pg.ts';
import { HTML_ROWS } from './html-parts.ts';
import {
  ask,
  download,
  insertFilled,
  insertSessions,
  unzip,
  watchedStore,
  work,
} from './testing.ts';

describe('a large copy', () => {
  test('of fifty thousand sessions needs no more memory than one of two thousand, and its page stays small', async ({
    connection,
  }) => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const inner = testDeps(connection);
    let most = 0;
    const deps = {
      ...inner,
      exportStore: watchedStore(inner.exportStore, () => {
        collect();
        const { heapUsed, external } = process.memoryUsage();
        most = Math.max(most, heapUsed + external);
      }),
    };
    const peakOf = async (tag: string, sessions: number) => {
      const person = await insertFilled(deps, tag);
      await insertSessions(deps, person, sessions);
      const { reference } = await ask(deps, person, ['usage']);
      most = 0;
      await work(deps);
      return { peak: most, files: await unzip(await download(deps, person, reference)) };
    };
    const small = await peakOf('ada', 2_000);
    const { peak, files } = await peakOf('bo', 50_000);
    expect(JSON.parse(files.get('json/gpuSession.json')?.toString() ?? '').length).toBe(50_001);
    expect(files.get('json/gpuSession.json')?.length).toBeGreaterThan(15_000_000);
    expect(peak - small.peak).toBeLessThan(8_000_000);
    expect(files.get('index.html')?.toString()).toContain(
      `The first ${HTML_ROWS} of 50,001 entries`,
    );
    expect(files.get('index.html')?.length).toBeLessThan(200_000);
  });
});
