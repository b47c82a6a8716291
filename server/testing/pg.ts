import { test as base, inject, type ProvidedContext } from 'vitest';
import { type Connection, connect } from '../../db/connect.ts';
import { cloneTemplate, type TestDatabase } from './database.ts';

type Fixtures = {
  databaseUrl: string;
  /** A database like new, as the portal connects to it. */
  connection: Connection;
  /** The same database as its owner, who no policy binds. */
  owner: Connection;
};
/** The one database of a file, and whether a test has used it. */
type Lent = { database: TestDatabase; before: 'nobody' | 'running' | 'done' };

/** A test whose database is what the migrated template is: nothing of another test is in it. */
export const test = testOn('templateUrl');

/** The same with a month for every row that is not yet past its delete-on date, and for some that are. */
export const testOfYears = testOn('yearsTemplateUrl');

function testOn(template: keyof ProvidedContext) {
  return base.extend<{ $test: Fixtures; $file: { lent: Lent } }>({
    lent: [
      // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures from the pattern.
      async ({}, use) => {
        const database = await cloneTemplate(inject(template));
        await use({ database, before: 'nobody' });
        await database.drop();
      },
      { scope: 'file' },
    ],
    databaseUrl: async ({ lent }, use) => {
      if (lent.before === 'running')
        throw new Error('tests with a database run one after the other');
      if (lent.before === 'done') await lent.database.renew();
      lent.before = 'running';
      await use(lent.database.url);
      lent.before = 'done';
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
}
