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
      file: 'db/foreign-rows.pg.test.ts',
      title:
        'reads, changes, takes over, deletes and adds no row of another, in any table with a subject, of either role',
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
      was: 'req.headers.host?.toLowerCase() === consoleHost',
      becomes: "(req.headers['x-forwarded-host'] ?? req.headers.host) === consoleHost",
    },
    test: {
      file: 'server/hosts.pg.test.ts',
      title: 'a host that somebody only claims opens no other door',
    },
  },
  {
    against: ['T10', 'T11'],
    what: 'what changes anything comes from a page of ours',
    without: {
      file: 'server/trpc/gate.ts',
      was: 'if (req.headers.origin !== origin) return refuse(res, 403);',
      becomes: '',
    },
    test: {
      file: 'server/front-door.pg.test.ts',
      title:
        'executes no mutation at either door, with the cookies of whoever is signed in there: every path, four ways',
    },
  },
  {
    against: ['T12'],
    what: 'a sign-in comes from a page of ours',
    without: {
      file: 'server/trpc/gate.ts',
      was: 'if (req.headers.origin !== origin) return refuse(res, 403);',
      becomes: '',
    },
    test: {
      file: 'server/front-door.pg.test.ts',
      title:
        'signs nobody in as somebody else: neither step of a sign-in answers, sets a cookie, or takes from a budget',
    },
  },
  {
    against: ['T19', 'R12'],
    what: 'the portal answers under the names of its settings alone',
    without: {
      file: 'server/hosts.ts',
      was: "if (ours.has(req.headers.host?.toLowerCase() ?? '')) return next();",
      becomes: 'if (ours.size > 0) return next();',
    },
    test: {
      file: 'server/front-door.pg.test.ts',
      title:
        'a name that the settings do not give is answered with 421 on every path, and said to be wrong; health answers under any',
    },
  },
  {
    against: ['T21'],
    what: 'the portal is shown in nobody’s frame',
    without: {
      file: 'server/headers.ts',
      was: "'frame-ancestors': [\"'none'\"],",
      becomes: '',
    },
    test: {
      file: 'server/front-door.pg.test.ts',
      title:
        'carries the policy of what a page may do, directive by directive, and an evaluator finds nothing high in it',
    },
  },
  {
    against: ['T79'],
    what: 'nothing personal is kept by anybody',
    without: {
      file: 'server/headers.ts',
      was: "res.setHeader('Cache-Control', 'no-store');",
      becomes: '',
    },
    test: {
      file: 'server/front-door.pg.test.ts',
      title:
        'is kept by nobody: no-store on pages, calls, files, forms, redirects and refusals of every kind',
    },
  },
  {
    against: ['T79'],
    what: 'signing out empties caches and storage',
    without: {
      file: 'server/auth/end-sessions.ts',
      was: "ctx.setHeader('Clear-Site-Data',",
      becomes: "ctx.setHeader('X-Nothing',",
    },
    test: {
      file: 'server/front-door.pg.test.ts',
      title:
        'signing out at the %s empties caches and storage, and ends each session cookie by its name and no other',
    },
  },
  {
    against: ['T22'],
    what: 'the way back is a path of ours',
    without: {
      file: 'client/lib/navigation.ts',
      was: "if (origin !== HERE || pathname.startsWith('//')) return '/';",
      becomes: 'if (!origin) return HERE;',
    },
    test: {
      file: 'client/lib/navigation.test.ts',
      title: 'after signing in, %j leads to %j and never to another site',
    },
  },
  {
    against: ['T23'],
    what: 'a request is looked up among one’s own',
    without: {
      file: 'server/requests/read.ts',
      was: 'and(eq(dataSubjectRequest.reference, reference), eq(dataSubjectRequest.subjectId, subjectId)),',
      becomes: 'eq(dataSubjectRequest.reference, reference),',
    },
    test: {
      file: 'server/foreign-ids.pg.test.ts',
      title:
        'give nobody anything by the id of another: each is refused as unknown, answers nothing of theirs, and changes no row of theirs',
    },
  },
  {
    against: ['T18'],
    what: 'headers that never end are waited for ten seconds',
    without: {
      file: 'server/listen.ts',
      was: 'server.headersTimeout = headersMs;',
      becomes: 'server.headersTimeout = 0;',
    },
    test: {
      file: 'server/listen.test.ts',
      title:
        'never ends its headers and is told so and closed, 20 at once, while others are answered',
    },
  },
  {
    against: ['T26'],
    what: 'of copies that are asked for at once one is made',
    without: [
      {
        file: 'server/requests/copy/ask.ts',
        was: "if (open) throw new DomainError('REQUEST_ALREADY_OPEN');",
        becomes: '',
      },
      { sql: 'drop index data_subject_request_open_key' },
    ],
    test: {
      file: 'server/requests/copy/ask.pg.test.ts',
      title:
        'is refused while another is open, however many ask at once, and records nothing for the refused',
    },
  },
  {
    against: ['T33'],
    what: 'three copies in a day',
    without: {
      file: 'server/requests/copy/ask.ts',
      was: 'const PER_WINDOW = 3;',
      becomes: 'const PER_WINDOW = 300;',
    },
    test: {
      file: 'server/requests/copy/ask.pg.test.ts',
      title:
        'is refused the fourth time within 24 hours, and allowed when the first is older than that',
    },
  },
  {
    against: ['T34'],
    what: 'no cell of a file begins as a formula',
    without: {
      file: 'server/access/csv-cell.ts',
      was: "return /^[=+\\-@＝＋－＠\\t\\r\\n\\0]/.test(text) ? `'${text}` : text;",
      becomes: 'return text;',
    },
    test: {
      file: 'server/access/csv.pg.test.ts',
      title: 'runs nothing in a spreadsheet',
    },
  },
  {
    against: ['T25'],
    what: 'a copy opens for its person alone',
    without: [
      {
        file: 'server/requests/copy/open.ts',
        was: '        eq(dataSubjectRequest.subjectId, subjectId),\n',
        becomes: '',
      },
      { sql: 'alter table data_subject_request disable row level security' },
      { sql: 'alter table export_archive disable row level security' },
    ],
    test: {
      file: 'server/requests/copy/open.pg.test.ts',
      title: 'opens for its person only, and not before it is ready',
    },
  },
  {
    against: ['T40'],
    what: 'a link that unsubscribes carries a keyed hash over its account and topic',
    without: {
      file: 'server/consent/unsubscribe.ts',
      was: 'if (!subjectId || !sameSecret(token, tokenOf(vault, { subjectId, topic }))) return;',
      becomes: 'if (!subjectId) return;',
    },
    test: {
      file: 'server/consent/unsubscribe.pg.test.ts',
      title:
        'answers the same, byte for byte, whether its token is ours or not, its account there or gone; and the wrong ones change nothing',
    },
  },
  {
    against: ['T40'],
    what: 'a link that unsubscribes only lowers, and is no answer to what was never asked',
    without: {
      file: 'server/consent/unsubscribe.ts',
      was: 'if (!said?.granted) return;',
      becomes: '',
    },
    test: {
      file: 'server/consent/unsubscribe.pg.test.ts',
      title:
        'only lowers: pressed again it writes nothing, and what was turned on since is turned off again, never on',
    },
  },
  {
    against: ['T40'],
    what: 'a link that unsubscribes takes the one form it is for',
    without: {
      file: 'server/consent/unsubscribe-page.ts',
      was: 'if (!(await saysOneClick(req)))',
      becomes: 'if (!req)',
    },
    test: {
      file: 'server/consent/unsubscribe.pg.test.ts',
      title: 'does nothing when it is sent with %s',
    },
  },
  {
    against: ['T30', 'T29'],
    what: 'what a session does is written before its end or not at all',
    without: {
      file: 'server/auth/write-signed-in.ts',
      was: "if (!(await sessionStands(tx, { handle, now }))) throw new DomainError('SIGNED_OUT');",
      becomes: '',
    },
    test: {
      file: 'server/auth/write-signed-in.pg.test.ts',
      title: 'is not written once their session has ended, although the call began before',
    },
  },
];
