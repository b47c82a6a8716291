import type { Control } from './control.ts';

const calls = 'server/trpc/calls.pg.test.ts';
/** What comes over the wire and what goes out by mail, before anybody asks who it is. */
export const controlsOfTransport: readonly Control[] = [
  {
    against: ['T13', 'R17'],
    what: 'a cookie is found without reading the others, and never throws',
    without: {
      file: 'server/cookie-header.ts',
      was: '? [pair.slice(at + 1).trim()] : [];',
      becomes: '? [decodeURIComponent(pair.slice(at + 1).trim())] : [];',
    },
    test: {
      file: calls,
      title:
        'headers and addresses that nobody should send are refused or looked over, and end neither the call nor the portal',
    },
  },
  {
    against: ['T13'],
    what: 'an address that nobody can decode is refused before anything decodes it',
    without: {
      file: 'server/trpc/gate.ts',
      was: 'if (decoded(req.path) === null) return refuse(res, 400);',
      becomes: '',
    },
    test: {
      file: calls,
      title:
        'headers and addresses that nobody should send are refused or looked over, and end neither the call nor the portal',
    },
  },
  {
    against: ['R17'],
    what: 'an Authorization header that is none is a refusal',
    without: {
      file: 'server/services/signature.ts',
      was: "(authorization ?? '').split(' ');",
      becomes: "(authorization as string).split(' ');",
    },
    test: {
      file: 'server/services/signature.pg.test.ts',
      title: 'no signature, or something else in its place',
    },
  },
  {
    against: ['T14', 'R22'],
    what: 'a batch has eight calls at most',
    without: { file: 'server/app.ts', was: 'maxBatchSize: MAX_BATCH,', becomes: '' },
    test: {
      file: calls,
      title:
        'a batch has eight calls at most, however their names are written: nine, a thousand, or commas alone are refused and run nothing',
    },
  },
  {
    against: ['T14', 'R24'],
    what: 'a body is counted as it comes',
    without: { file: 'server/app.ts', was: 'maxBodySize: MAX_BODY_BYTES,', becomes: '' },
    test: {
      file: calls,
      title: 'a body has 64 KiB at most, counted as it comes whatever it says of itself',
    },
  },
  {
    against: ['R24'],
    what: 'a setting that is no number is a reason not to start',
    without: {
      file: 'server/env.ts',
      was: 'ANONYMOUS_CALLS: z.coerce.number().int().min(30).max(1_000_000).default(300),',
      becomes: 'ANONYMOUS_CALLS: z.coerce.number().default(300).catch(Infinity),',
    },
    test: {
      file: 'server/env.test.ts',
      title: 'is no limit of none: nothing starts with %s',
    },
  },
  {
    against: ['T15'],
    what: 'what failed is said in the log, and to the caller its id alone',
    without: {
      file: 'server/trpc/init.ts',
      was: "message: refusal ? refusal.code : 'UNAVAILABLE',",
      becomes: 'message: shape.message,',
    },
    test: {
      file: calls,
      title:
        'a procedure that fails in the database tells its caller nothing of it: no SQL, no name of a table, no value, no stack',
    },
  },
  {
    against: ['T16'],
    what: 'keys that reach the prototype are keys that no input has',
    without: {
      file: 'server/trpc/input.ts',
      was: 'export const nothing = z.strictObject({});',
      becomes: 'export const nothing = z.object({});',
    },
    test: { file: 'server/root.test.ts', title: 'that asks for nothing takes nothing' },
  },
  {
    against: ['R20'],
    what: 'forms are refused before anything reads them',
    without: {
      file: 'server/trpc/gate.ts',
      was: "if (type?.trim().toLowerCase() !== 'application/json') return refuse(res, 415);",
      becomes: 'void type;',
    },
    test: {
      file: calls,
      title: 'a form is refused as what it is, and nothing of it becomes an input',
    },
  },
  {
    against: ['R21'],
    what: 'parameters of a connection are refused unread',
    without: {
      file: 'server/trpc/gate.ts',
      was: "if (askedWith(req.url, 'connectionParams')) return refuse(res, 400);",
      becomes: '',
    },
    test: {
      file: calls,
      title:
        'parameters of a connection are nobody’s: odd ones are refused, and the portal answers on',
    },
  },
  {
    against: ['T20'],
    what: 'a path has one spelling',
    without: {
      file: 'server/app.ts',
      was: "app.enable('case sensitive routing');",
      becomes: '',
    },
    test: {
      file: calls,
      title:
        'another spelling of a path leads nowhere, or to the same question of who is there, at either door',
    },
  },
  {
    against: ['T35'],
    what: 'no text becomes a script, at the console as at the portal',
    without: {
      file: 'server/headers.ts',
      was: "'require-trusted-types-for': [\"'script'\"],",
      becomes: '',
    },
    test: {
      file: 'server/front-door.pg.test.ts',
      title:
        'carries the policy of what a page may do, directive by directive, and an evaluator finds nothing high in it',
    },
  },
  {
    against: ['T36'],
    what: 'to open an address does nothing: what acts is posted',
    without: {
      file: 'server/trpc/ladder.ts',
      was: "if (meta?.post && type !== 'subscription' && ctx.method !== 'POST')",
      becomes: 'if (!meta || !type || !ctx)',
    },
    test: {
      file: 'server/root.test.ts',
      title: 'but a subscription cannot be called by GET',
    },
  },
  {
    against: ['T39'],
    what: 'a mailed token stands behind the #, which no browser sends',
    without: {
      file: 'server/auth/reset-mail.ts',
      was: '/sign-in/reset#${token}',
      becomes: '/sign-in/reset?token=${token}',
    },
    test: {
      file: 'server/mail/links.pg.test.ts',
      title:
        'opening a mailed link, by GET or HEAD ten times as scanners of mail do, changes no row; its token stands behind the #, and in no line of a log',
    },
  },
  {
    against: ['R18'],
    what: 'an outage is told as one by every procedure',
    without: {
      file: 'server/trpc/init.ts',
      was: 'if (!isOutage(cause)) return null;',
      becomes: 'if (cause !== undefined) return null;',
    },
    test: {
      file: 'server/database-away.pg.test.ts',
      title:
        'when the database is away no procedure answers anybody, at either door, with the cookies of before or without: what would ask it says so, and when to come again',
    },
  },
];
