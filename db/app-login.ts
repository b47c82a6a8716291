import postgres from 'postgres';
import { driverSettings } from './array-types.ts';
import { MigrationError } from './migrate.ts';

/** What a login of `db/connect.ts` lowers itself to. */
const ROLES = ['portal_system', 'portal_read', 'portal_write'];

/**
 * Makes the login that serves: it may act as the portal's roles and owns nothing, so that no statement
 * of a serving process can change a table or step over row-level security. One that exists gets the
 * password named here. Needs an owner that may create roles, not a superuser.
 * @param ownerUrl of the migrated database
 * @param appUrl the same database as the processes that serve reach it, with name and password
 * @throws {MigrationError} one sentence, when that login could do more than serve
 */
export async function grantAppLogin(ownerUrl: string, appUrl: string): Promise<void> {
  const { username, password } = new URL(appUrl);
  const login = decodeURIComponent(username);
  if (!login || !password)
    throw new MigrationError('APP_DATABASE_URL needs a name and a password.');
  const sql = postgres(ownerUrl, { ...driverSettings, max: 1, onnotice: () => {} });
  try {
    const [known] = await sql<{ above: boolean }[]>`
      select rolsuper or rolbypassrls or pg_has_role(r.oid, d.datdba, 'MEMBER') as above
      from pg_roles r, pg_database d where rolname = ${login} and datname = current_database()`;
    if (known?.above) {
      throw new MigrationError(
        `The login ${login} of APP_DATABASE_URL owns the database or bypasses row-level security. Give the processes that serve a login of their own.`,
      );
    }
    // Neither a name nor a password can be a parameter of these statements.
    const [statement] = await sql<{ make: string; grant: string }[]>`
      select format(${known ? 'alter role %I login password %L' : 'create role %I login password %L'}::text,
          ${login}::text, ${decodeURIComponent(password)}::text) as make,
        format('grant ${sql.unsafe(ROLES.join(', '))} to %I', ${login}::text) as grant`;
    if (!statement) throw new MigrationError('The database did not answer.');
    await sql.unsafe(statement.make);
    await sql.unsafe(statement.grant);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
