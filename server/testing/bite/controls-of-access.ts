import type { Control } from './control.ts';

/** Who calls, from where, and whose rows. */
export const controlsOfAccess: readonly Control[] = [
  {
    against: ['T23'],
    what: 'the database shows a person’s statements that person’s rows alone',
    without: {
      sql: 'DROP POLICY own_rows ON gpu_session; CREATE POLICY own_rows ON gpu_session TO portal_read, portal_write USING (true) WITH CHECK (true)',
    },
    test: {
      file: 'db/schema/catalogue.pg.test.ts',
      title:
        'every table with a subject hides foreign rows, and partitioned tables are partitioned',
    },
  },
  {
    against: ['T30'],
    what: 'who is signed in is asked when the whole call has come',
    without: {
      file: 'server/app.ts',
      was: 'await arrived(info);',
      becomes: '',
    },
    test: {
      file: 'server/held-body.pg.test.ts',
      title: 'what is asked in a session that ends before the whole call has come is refused: %s',
    },
  },
  {
    against: ['T19'],
    what: 'the console’s host is what the browser asked for, not what a header claims',
    without: {
      file: 'server/hosts.ts',
      was: 'req.headers.host === consoleHost',
      becomes: "(req.headers['x-forwarded-host'] ?? req.headers.host) === consoleHost",
    },
    test: {
      file: 'server/hosts.pg.test.ts',
      title: 'a host that somebody only claims opens no other door',
    },
  },
];
