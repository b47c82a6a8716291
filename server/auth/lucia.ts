import { type Adapter, type DatabaseSession, Lucia, TimeSpan } from 'lucia';
import { limits, type SessionRow } from './session-rules.ts';
import { type Reading, type SessionCore, storeOf, type UserFacts } from './session-store.ts';

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<{ row: SessionRow }, UserFacts>;
    DatabaseSessionAttributes: { row: SessionRow };
    DatabaseUserAttributes: UserFacts;
  }
}

/** One instance for each kind: a pending token can never validate as a user session. */
export function luciaOf(reading: Reading): SessionCore {
  const { kind } = reading;
  return new Lucia(adapterOf(reading), {
    sessionExpiresIn: new TimeSpan(limits[kind].idleMinutes, 'm'),
    getSessionAttributes: ({ row }) => ({ row }),
    getUserAttributes: (attributes) => attributes,
  });
}

/**
 * lucia has no absolute lifetime, no kinds and its own clock: all three are the store's. Times are shifted by
 * `skew` on their way to lucia, so that `now` stays an argument.
 */
function adapterOf(reading: Reading): Adapter {
  const store = storeOf(reading);
  const skew = reading.now.getTime() - Date.now();
  const toLucia = (date: Date) => new Date(date.getTime() - skew);
  /** The row that lucia is deciding about. */
  let read: SessionRow | null = null;
  return {
    async getSessionAndUser(id) {
      const found = await store.find(id);
      if (!found) return [null, null];
      const { row, user } = found;
      read = row;
      return [
        { id, userId: row.subjectId, expiresAt: toLucia(row.expiresAt), attributes: { row } },
        { id: row.subjectId, attributes: user },
      ];
    },
    setSession: (created: DatabaseSession) => store.insert(created.attributes.row),
    async updateSessionExpiration() {
      if (read) await store.extend(read);
    },
    deleteSession: (id) => store.remove(id),
    // What ends all sessions of a person, and the daily run, are statements of their own.
    deleteUserSessions: async () => {},
    getUserSessions: async () => [],
    deleteExpiredSessions: async () => {},
  };
}
