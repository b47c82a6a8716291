import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { test as base, inject } from 'vitest';
import { type Connection, connect } from '../../db/connect.ts';

type Fixtures = {
  /** A database of its own, as the portal connects to it. */
  connection: Connection;
  /** The same database as its owner, who no policy binds. */
  owner: Connection;
};

/** A test whose database is a fresh copy of the migrated template and is dropped behind it. */
export const test = base.extend<Fixtures & { databaseUrl: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures from the pattern.
  databaseUrl: async ({}, use) => {
    const template = new URL(inject('templateUrl'));
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const admin = postgres(new URL('/postgres', template).href, { max: 1, onnotice: () => {} });
    await admin`create database ${admin(name)} template template_portal`;
    await use(new URL(`/${name}`, template).href);
    await admin`drop database ${admin(name)} with (force)`;
    await admin.end();
  },
  connection: async ({ databaseUrl }, use) => {
    const connection = connect(databaseUrl, { max: 12 });
    await use(connection);
    await connection.close();
  },
  owner: async ({ databaseUrl }, use) => {
    const owner = connect(databaseUrl, { max: 2, role: null });
    await use(owner);
    await owner.close();
  },
});
