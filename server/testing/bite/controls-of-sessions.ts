import type { Control } from './control.ts';

/** Sessions: their kinds, ends and proofs, and what a fresh factor is asked for. */
export const controlsOfSessions: readonly Control[] = [
  {
    against: ['R09', 'T31'],
    what: 'a token opens sessions of its kind alone',
    without: {
      file: 'server/auth/session-store.ts',
      was: "eq(session.kind, sql.placeholder('kind'))",
      becomes: "sql`${sql.placeholder('kind')}::text is not null`",
    },
    test: {
      file: 'server/auth/sign-in.pg.test.ts',
      title: 'reaches no procedure of a signed-in person, wherever its token is put',
    },
  },
  {
    against: ['T63'],
    what: 'what a session may do is proved by a key outside the database',
    without: {
      file: 'server/auth/session-store.ts',
      was: 'sessionMac(vault, row) === row.rowMac',
      becomes: 'row.rowMac.length > 0',
    },
    test: {
      file: 'server/auth/sessions.pg.test.ts',
      title: 'is not accepted when its %s is edited by SQL',
    },
  },
  {
    against: ['T63'],
    what: 'what makes an account one of staff is proved by a key outside the database',
    without: {
      file: 'server/auth/staff-mac.ts',
      was: 'staffMac(vault, role, row) === row.rowMac',
      becomes: 'row.rowMac.length > 0',
    },
    test: {
      file: 'server/auth/staff-mac.pg.test.ts',
      title: 'nobody becomes staff by SQL, and nobody of staff more than they are',
    },
  },
  {
    against: ['T58'],
    what: 'the token of a session is stored as a keyed hash',
    without: {
      file: 'server/crypto/vault.ts',
      was: 'return keyedHash(keyring.token, use, token);',
      becomes: 'return token;',
    },
    test: {
      file: 'server/auth/sessions.pg.test.ts',
      title: 'holds nothing that works as a cookie',
    },
  },
  {
    against: ['R05', 'T30'],
    what: 'a session ends with the generation of its account',
    without: {
      file: 'server/auth/session-store.ts',
      was: '      row.epoch === epoch &&\n',
      becomes: '',
    },
    test: {
      file: 'server/auth/sessions.pg.test.ts',
      title: 'with the generation of its account, and so do all',
    },
  },
  {
    against: ['T09'],
    what: 'a step-up gives the session a new token and ends the old one',
    without: {
      file: 'server/auth/sessions.ts',
      was: 'const [old] = await tx.delete(session).where(eq(session.id, sessionId)).returning();',
      becomes:
        'const [old] = await tx.select().from(session).where(eq(session.id, sessionId)); if (old) old.handle = crypto.randomUUID();',
    },
    test: {
      file: 'server/auth/step-up.pg.test.ts',
      title: 'counts for five minutes, under a new token',
    },
  },
  {
    against: ['T31', 'T33'],
    what: 'a second factor counts for five minutes',
    without: {
      file: 'server/trpc/ladder.ts',
      was: "if (!provedAt || now.getTime() - provedAt.getTime() > STEP_UP_MS)\n    throw new DomainError('STEP_UP_REQUIRED');",
      becomes: 'if (!provedAt && now.getTime() < 0) return;',
    },
    test: {
      file: 'server/who-may.pg.test.ts',
      title: 'is what the table says, in every cell, and no procedure is missing from it',
    },
  },
  {
    against: ['T42'],
    what: 'what cannot be undone asks for a factor of its own, which it uses up',
    without: {
      file: 'server/auth/sessions.ts',
      was: 'const rowMac = sessionMac(vault, { ...row, stepUpFor: null });',
      becomes:
        'if (row) return true; const rowMac = sessionMac(vault, { ...row, stepUpFor: null });',
    },
    test: {
      file: 'server/auth/step-up.pg.test.ts',
      title:
        'for one act is used up once by a hundred transactions at once, and by none that fails',
    },
  },
  {
    against: ['T32'],
    what: 'a password alone adds no factor where there is one',
    without: {
      file: 'server/trpc/ladder.ts',
      was: '(await isProtected(deps.connection.db, subjectId))',
      becomes: 'Number.isNaN(session.factors.apps)',
    },
    test: {
      file: 'server/auth/enrolment.pg.test.ts',
      title: 'cannot be added from the password alone when there is one',
    },
  },
];
