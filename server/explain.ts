import { EmbeddedError } from '../db/embedded/index.ts';
import { MigrationError } from '../db/migrate.ts';
import { DemoError } from './demo.ts';
import { EnvError } from './env.ts';

/** What a failed start says: one sentence for what can be expected, the stack of anything else. */
export function explain(cause: unknown): string {
  if (cause instanceof EnvError) return `The environment needs attention:\n${cause.message}`;
  if (
    cause instanceof EmbeddedError ||
    cause instanceof MigrationError ||
    cause instanceof DemoError
  )
    return cause.message;
  if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') {
    const port = 'port' in cause ? ` ${cause.port}` : '';
    return `The port${port} is taken. Set PORT (and INTERNAL_PORT, if you set it) to another one, or stop what uses it.`;
  }
  const database = databaseTrouble(cause);
  if (database) return database;
  if (cause instanceof Error && /^The (encryption keys|client)/.test(cause.message))
    return cause.message;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

/** A database that is not there or lets nobody in, in one sentence without its address. */
function databaseTrouble(cause: unknown): string | null {
  if (!(cause instanceof Error && 'code' in cause)) return null;
  switch (cause.code) {
    case '28P01':
    case '28000':
      return 'The database refuses the login of DATABASE_URL. A login that only serves is made by ROLE=migrate, which runs first.';
    case '3D000':
      return 'The database that DATABASE_URL names does not exist on its server.';
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
    case 'CONNECT_TIMEOUT':
      return `The database of DATABASE_URL does not answer (${cause.code}).`;
    default:
      return null;
  }
}
