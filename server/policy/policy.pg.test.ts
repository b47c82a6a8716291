import { createHash } from 'node:crypto';
import { describe, expect } from 'vitest';
import { subjectTables } from '../../db/data-map/index.ts';
import { visibleColumns } from '../../db/data-map/view.ts';
import { policyVersion } from '../../db/schema/policy.ts';
import { canonicalJson } from '../crypto/canonical.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, emptyJar } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { policyHash, publishPolicy } from './publish.ts';
import { CURRENT_POLICY_VERSION } from './version.ts';

const now = new Date();
const publish = ({ connection }: Pick<Deps, 'connection'>, at = now) =>
  connection.db.transaction((tx) => publishPolicy(tx, at));
const read = (deps: Deps) => callerFor(deps, emptyJar()).policy.get({});

describe('publishing the policy', () => {
  test('puts it on record once, however often and by however many at once', async ({
    connection,
  }) => {
    await Promise.all(Array.from({ length: 5 }, () => publish({ connection })));
    await publish({ connection }, new Date(now.getTime() + 60_000));
    expect(await connection.db.select().from(policyVersion)).toMatchObject([
      { version: CURRENT_POLICY_VERSION, contentHash: policyHash(), publishedAt: now },
    ]);
  });

  test('refuses other words under the same version, and leaves the record as it was', async ({
    connection,
  }) => {
    const earlier = {
      version: CURRENT_POLICY_VERSION,
      contentHash: 'f'.repeat(64),
      publishedAt: now,
      effectiveAt: now,
    };
    await connection.db.insert(policyVersion).values(earlier);
    await expect(publish({ connection })).rejects.toThrow(/words changed, but not its version/);
    expect(await connection.db.select().from(policyVersion)).toEqual([earlier]);
  });
});

describe('the policy page', () => {
  test('says nothing that is not on record', async ({ connection }) => {
    expect(await refused(read(testDeps(connection)))).toEqual(refusal('UNAVAILABLE'));
  });

  test('says the very words whose hash is on record', async ({ connection }) => {
    const deps = testDeps(connection);
    await publish(deps);
    const { chapters, contacts, contentHash, version } = await read(deps);
    const words = canonicalJson(JSON.parse(JSON.stringify({ text: chapters, contacts })));
    expect(createHash('sha256').update(words).digest('hex')).toBe(contentHash);
    expect(version).toBe(CURRENT_POLICY_VERSION);
  });

  test('has no empty chapter and no empty list', async ({ connection }) => {
    const deps = testDeps(connection);
    await publish(deps);
    const { chapters, lists, recipients, contacts } = await read(deps);
    for (const { id, paragraphs } of chapters)
      expect([id, paragraphs.join('').length > 0]).toEqual([id, true]);
    const used = chapters.flatMap(({ list }) => (list ? [list] : []));
    expect(used.sort()).toEqual(['account', 'contacts', 'device', 'recipients', 'usage']);
    for (const list of Object.values(lists)) {
      expect(list.length).toBeGreaterThan(0);
      for (const { title, data, retention } of list) {
        expect([title, data.length > 0, retention.kind]).toEqual([
          title,
          true,
          expect.stringMatching(/^(account|period|statutory)$/),
        ]);
      }
    }
    for (const { name, country, safeguard, receives } of recipients) {
      expect([name, country.length, safeguard.length > 0, receives.length > 0]).toEqual([
        name,
        2,
        true,
        true,
      ]);
    }
    for (const { address } of contacts) expect(address).toMatch(/^[a-z]+@easellm\.com$/);
  });

  test('lists every table that holds something about a person once, with all it holds', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    await publish(deps);
    const { lists } = await read(deps);
    const listed = Object.values(lists).flat();
    const held = subjectTables.filter((table) => visibleColumns(table).length > 0);
    expect(listed.map(({ title }) => title).sort()).toEqual(held.map(({ title }) => title).sort());
    for (const table of held) {
      const data = listed.find(({ title }) => title === table.title)?.data;
      expect(data).toEqual(visibleColumns(table).map(({ label }) => label));
    }
  });
});
