import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { emptyTables, endOthers, fingerprint } from './renew.ts';

export type TestDatabase = {
  url: string;
  /** Makes it what the template is, whatever a test has done to it; nobody else may be using it. */
  renew(): Promise<void>;
  drop(): Promise<void>;
};

/**
 * A copy of the migrated template under a random name. Copying takes PostgreSQL ten times as long as
 * taking back what a test wrote, so that one copy serves the tests of a file in turn. Where more than rows
 * was changed it is copied anew.
 */
export async function cloneTemplate(templateUrl: string): Promise<TestDatabase> {
  const template = new URL(templateUrl);
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(`/${name}`, template).href;
  const admin = connectOnce(new URL('/postgres', template).href);
  let inside = await make();
  const original = await fingerprint(inside);

  async function make(): Promise<postgres.Sql> {
    await admin`create database ${admin(name)} template ${admin(template.pathname.slice(1))}`;
    return connectOnce(url);
  }
  async function drop(): Promise<void> {
    await inside.end();
    await admin`drop database ${admin(name)} with (force)`;
  }
  return {
    url,
    async renew() {
      await endOthers(inside);
      await emptyTables(inside, original.filled);
      if ((await fingerprint(inside)).hash === original.hash) return;
      await drop();
      inside = await make();
    },
    async drop() {
      await drop();
      await admin.end();
    },
  };
}

function connectOnce(url: string): postgres.Sql {
  return postgres(url, { max: 1, onnotice: () => {} });
}
