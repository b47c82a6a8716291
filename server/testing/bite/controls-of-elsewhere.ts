import type { Control } from './control.ts';

/** What holds here because it did not elsewhere. */
export const controlsOfElsewhere: readonly Control[] = [
  {
    against: ['R01', 'R04', 'T24'],
    what: 'an input with a key that it does not have is refused',
    without: {
      file: 'server/trpc/input.ts',
      was: 'export const nothing = z.strictObject({});',
      becomes: 'export const nothing = z.object({});',
    },
    test: { file: 'server/root.test.ts', title: 'refuses keys it does not know, at every depth' },
  },
  {
    against: ['R05'],
    what: 'no session of an account that is being erased is one',
    without: {
      file: 'server/auth/session-store.ts',
      was: "      status !== 'erasing' &&\n",
      becomes: '',
    },
    test: {
      file: 'server/auth/sessions.pg.test.ts',
      title: 'when the deletion of its account runs',
    },
  },
  {
    against: ['R06', 'T31'],
    what: 'a view calls no procedure but those that say so',
    without: {
      file: 'server/trpc/ladder.ts',
      was: "if (ctx.surface === 'console') return refuseViewer(ctx, path);",
      becomes: '',
    },
    test: {
      file: 'server/support/view.pg.test.ts',
      title:
        'calls no procedure but those that say so: all others of the router refuse it, and record it',
    },
  },
  {
    against: ['R14'],
    what: 'a session of a view answers no factor of the customer',
    without: {
      file: 'server/trpc/ladder.ts',
      was: "throw new DomainError('NOT_WHILE_IMPERSONATING');",
      becomes: 'return undefined as never;',
    },
    test: {
      file: 'server/who-may.pg.test.ts',
      title: 'is what the table says, in every cell, and no procedure is missing from it',
    },
  },
  {
    against: ['R13', 'R15'],
    what: 'each page of a view is recorded with who looked, for which ticket',
    without: {
      file: 'server/trpc/ladder.ts',
      was: "if (audit !== 'own_read') await recordStaffView(ctx, { session, page: path, sections });",
      becomes: '',
    },
    test: {
      file: 'server/support/view.pg.test.ts',
      title: 'shows values in part, and leaves each page with its fields and ticket in the log',
    },
  },
  {
    against: ['R19'],
    what: 'a signed call is taken once, by one insert',
    without: {
      file: 'server/services/spent.ts',
      was: "if (taken.length === 0) throw new CallRefusal('replayed', serviceId);",
      becomes: 'if (taken.length === 0) return;',
    },
    test: {
      file: 'server/services/signature.pg.test.ts',
      title: 'sent a hundred times at once is taken exactly once',
    },
  },
];
