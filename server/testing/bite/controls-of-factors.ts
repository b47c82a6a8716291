import type { Control } from './control.ts';

/** Passwords, codes and the links that lead to new ones. */
export const controlsOfFactors: readonly Control[] = [
  {
    against: ['T01'],
    what: 'of an account’s passwords ten in a quarter of an hour are looked at, wherever they come from',
    without: {
      file: 'server/auth/password-budget.ts',
      was: 'may: known === null ? !closed : !here.over,',
      becomes: 'may: true,',
    },
    test: {
      file: 'server/auth/password-budget.pg.test.ts',
      title: 'are looked at from all strangers together, however many try at once',
    },
  },
  {
    against: ['T02'],
    what: 'where a person has signed in before, strangers use up no budget',
    without: {
      file: 'server/auth/password-budget.ts',
      was: 'may: known === null ? !closed : !here.over,',
      becomes: 'may: !closed,',
    },
    test: {
      file: 'server/auth/password-budget.pg.test.ts',
      title: 'lock nobody out of a browser they signed in from, wherever it is now',
    },
  },
  {
    against: ['T03'],
    what: 'an unknown address is answered like a wrong password',
    without: {
      file: 'server/auth/sign-in.ts',
      was: 'const subjectId = may ? found.subjectId : crypto.randomUUID();',
      becomes: "if (!may) throw new DomainError('NOT_FOUND'); const subjectId = found.subjectId;",
    },
    test: {
      file: 'server/auth/sign-in.pg.test.ts',
      title: 'answers a wrong password and an unknown address alike, and sets no cookie',
    },
  },
  {
    against: ['T03'],
    what: 'the letter about a new password is written behind the answer',
    without: {
      file: 'server/auth/passwords.ts',
      was: 'const subjectId = found?.subjectId ?? crypto.randomUUID();',
      becomes: 'if (!found) return; const subjectId = found.subjectId;',
    },
    test: {
      file: 'server/auth/same-work.pg.test.ts',
      title:
        'of asking for a new password: the statements are the same, and the letter is written later',
    },
  },
  {
    against: ['T05', 'R11'],
    what: 'ten wrong codes over attempts and factors close the codes of an account',
    without: {
      file: 'server/auth/guard.ts',
      was: 'if (guard && guard.failures <= PER_ACCOUNT)',
      becomes: 'if (guard)',
    },
    test: {
      file: 'server/auth/second-factor.pg.test.ts',
      title:
        'closes for fifteen minutes after ten wrong ones over attempts and both factors, and mails the person once',
    },
  },
  {
    against: ['T06'],
    what: 'a guess is taken from its attempt by one conditional statement',
    without: {
      file: 'server/auth/guard.ts',
      was: 'const PER_ATTEMPT = 5;',
      becomes: 'const PER_ATTEMPT = 5_000;',
    },
    test: {
      file: 'server/auth/second-factor.pg.test.ts',
      title: 'evaluates no more than five of twenty guesses that come at once',
    },
  },
  {
    against: ['T07'],
    what: 'a code’s time step is written by one conditional update',
    without: {
      file: 'server/auth/totp.ts',
      was: '.where(and(eq(totpFactor.id, factor.id), lt(totpFactor.lastStep, step)))',
      becomes: '.where(and(eq(totpFactor.id, factor.id), lt(totpFactor.lastStep, step + 1)))',
    },
    test: {
      file: 'server/auth/second-factor.pg.test.ts',
      title: 'of nine browsers with the same code at once lets in exactly one',
    },
  },
  {
    against: ['T08'],
    what: 'of the code library’s answer the field is read, not the object',
    without: {
      file: 'server/auth/totp.ts',
      was: 'return result.valid ? ',
      becomes: 'return result ? ',
    },
    test: {
      file: 'server/auth/second-factor.pg.test.ts',
      title: 'ends with five wrong codes, the right one after them too',
    },
  },
  {
    against: ['T68', 'T80'],
    what: 'an account whose factors were altered is none without a factor',
    without: {
      file: 'server/trpc/ladder.ts',
      was: '(await isProtected(deps.connection.db, subjectId))',
      becomes: 'session.factors.apps + session.factors.passkeys > 0',
    },
    test: {
      file: 'server/auth/factors.pg.test.ts',
      title:
        'makes its account none without a factor: no first one is added by the password, and a mailed link alone sets no password (%s)',
    },
  },
  {
    against: ['T37', 'T38'],
    what: 'a new password by mail needs the second factor',
    without: {
      file: 'server/auth/passwords.ts',
      was: 'const protectedByOne = await isProtected(deps.connection.db, subjectId);',
      becomes: 'const protectedByOne = false;',
    },
    test: {
      file: 'server/auth/recovery.pg.test.ts',
      title: 'needs the second factor too: the mailbox alone changes nothing',
    },
  },
  {
    against: ['T41'],
    what: 'a mailed link is used up by one conditional update',
    without: {
      file: 'server/auth/mail-token.ts',
      was: '    isNull(mailToken.usedAt),\n',
      becomes: '',
    },
    test: {
      file: 'server/auth/recovery.pg.test.ts',
      title: 'works once, also when it is opened ten times at once',
    },
  },
  {
    against: ['T41'],
    what: 'a mailed link ends when its minutes are over',
    without: {
      file: 'server/auth/mail-token.ts',
      was: '    gt(mailToken.expiresAt, now),\n',
      becomes: '',
    },
    test: {
      file: 'server/auth/recovery.pg.test.ts',
      title: 'works for ten minutes and not a second longer',
    },
  },
  {
    against: ['T70'],
    what: 'five letters an hour about a new password, and no word that they stopped',
    without: {
      file: 'server/auth/passwords.ts',
      was: 'if (!(await mayMail(deps, index, now))) return;',
      becomes: 'await mayMail(deps, index, now);',
    },
    test: {
      file: 'server/auth/recovery.pg.test.ts',
      title: 'mails five times an hour at most, and does not say that it stopped',
    },
  },
  {
    against: ['T41', 'R03'],
    what: 'a challenge for a passkey is used up by one conditional delete',
    without: {
      file: 'server/auth/challenges.ts',
      was: '    .delete(webauthnChallenge)\n    .where(',
      becomes: '    .update(webauthnChallenge).set({ purpose: asked.purpose })\n    .where(',
    },
    test: {
      file: 'server/auth/passkey-refusals.pg.test.ts',
      title:
        'the second time: of a hundred answers to one challenge at once exactly one opens a session',
    },
  },
  {
    against: ['R03'],
    what: 'a challenge is good for five minutes',
    without: {
      file: 'server/auth/challenges.ts',
      was: '        gt(webauthnChallenge.expiresAt, ctx.now),\n',
      becomes: '',
    },
    test: {
      file: 'server/auth/passkey-refusals.pg.test.ts',
      title: 'after five minutes, and for a challenge of another session, purpose, account or door',
    },
  },
  {
    against: ['R02'],
    what: 'a passkey signs for one purpose, one session, one door',
    without: {
      file: 'server/auth/challenges.ts',
      was: "[surface, purpose, sessionId ?? '', challenge]",
      becomes: '[challenge, surface.slice(99), purpose.slice(99), sessionId?.slice(99)]',
    },
    test: {
      file: 'server/auth/passkey-refusals.pg.test.ts',
      title: 'after five minutes, and for a challenge of another session, purpose, account or door',
    },
  },
  {
    against: ['R07'],
    what: 'of a factor’s id one’s own rows alone are looked at',
    without: {
      file: 'server/auth/change-factor.ts',
      was: 'const { apps, passkeys } = await ownFactors(tx, { vault, subjectId });',
      becomes:
        'const [whose] = await tx.select({ s: totpFactor.subjectId }).from(totpFactor).where(eq(totpFactor.id, id)); const { apps, passkeys } = await ownFactors(tx, { vault, subjectId: whose?.s ?? subjectId });',
    },
    test: {
      file: 'server/foreign-ids.pg.test.ts',
      title:
        'give nobody anything by the id of another: each is refused as unknown, answers nothing of theirs, and changes no row of theirs',
    },
  },
  {
    against: ['T80'],
    what: 'the last strong factor is not removed',
    without: {
      file: 'server/auth/change-factor.ts',
      was: "if (others === 0) throw new DomainError('LAST_FACTOR');",
      becomes: '',
    },
    test: {
      file: 'server/auth/factors.pg.test.ts',
      title: 'stays, whatever goes before it: %s',
    },
  },
  {
    against: ['T80'],
    what: 'removals wait behind the lock of the account, and what another one ended removes nothing',
    without: [
      {
        file: 'server/auth/change-factor.ts',
        was: '  await lockAccount(tx, subjectId);\n',
        becomes: '',
      },
      {
        file: 'server/auth/renew-session.ts',
        was: "if (!token) throw new DomainError('SIGNED_OUT');",
        becomes: "if (!token) return 'gone';",
      },
    ],
    test: {
      file: 'server/auth/factors.pg.test.ts',
      title:
        'stays when a hundred removals of all of them come at once, from sessions of their own',
    },
  },
  {
    against: ['R08', 'R10'],
    what: 'what a session may do follows from the factor rows of this moment',
    without: {
      file: 'server/auth/sessions.ts',
      was: 'if (!isAssured(row, user.factors, passkeyOnly(deps.env, surface))) return null;',
      becomes: '',
    },
    test: {
      file: 'server/auth/factors.pg.test.ts',
      title: 'carries no session: with the factors of its account altered, nobody is signed in',
    },
  },
  {
    against: ['T68'],
    what: 'a passkey is proved by a key outside the database',
    without: {
      file: 'server/auth/check-passkey.ts',
      was: 'if (!row || row.rowMac !== passkeyMac(vault, row)) return null;',
      becomes: 'if (!row) return null;',
    },
    test: {
      file: 'server/auth/passkey-refusals.pg.test.ts',
      title: 'when its row was put there or altered by hand, and it counts as none',
    },
  },
  {
    against: ['T38'],
    what: 'of a reset the link alone sets no password where there is a passkey',
    without: {
      file: 'server/auth/factors.ts',
      was: 'return apps + passkeys > 0;',
      becomes: 'return apps > 0;',
    },
    test: {
      file: 'server/auth/passkeys.pg.test.ts',
      title: 'sets a new password after a mailed link; the link alone does not',
    },
  },
  {
    against: ['T17'],
    what: 'two passwords are hashed at once, 64 wait, more are told when to come back',
    without: {
      file: 'server/auth/password.ts',
      was: 'const MAX_WAITING = 64;',
      becomes: 'const MAX_WAITING = 6_400;',
    },
    test: {
      file: 'server/auth/budgets.pg.test.ts',
      title:
        'of 200 passwords at once 66 are hashed, the others told at once to come back in five seconds, and nothing else waits for them',
    },
  },
  {
    against: ['T71'],
    what: 'addresses that are tried slowly are counted together',
    without: {
      file: 'server/auth/limits.ts',
      was: "addressesTried: { name: 'addresses-tried', points: 100,",
      becomes: "addressesTried: { name: 'addresses-tried', points: 100_000,",
    },
    test: {
      file: 'server/auth/budgets.pg.test.ts',
      title:
        'that is tried an hour apart at 110 addresses is told to officers by one letter, and shows in the metrics before',
    },
  },
  {
    against: ['T69'],
    what: 'calls of nobody are counted for each network',
    without: {
      file: 'server/trpc/anonymous.ts',
      was: 'await assertPoint(deps, budget, ipPrefix, now, cost);',
      becomes: 'if (cost < 0) await assertPoint(deps, budget, ipPrefix, now, cost);',
    },
    test: {
      file: 'server/auth/budgets.pg.test.ts',
      title:
        'are counted for each network by what they cost, a password as five, and begin anew after a minute',
    },
  },
  {
    against: ['T04'],
    what: 'each call of a batch is counted by itself',
    without: {
      file: 'server/trpc/anonymous.ts',
      was: 'await assertPoint(deps, budget, ipPrefix, now, cost);',
      becomes: 'if (cost < 0) await assertPoint(deps, budget, ipPrefix, now, cost);',
    },
    test: {
      file: 'server/auth/budgets.pg.test.ts',
      title:
        'are counted one by one in a batch, and the form that needs no script with them; the answer says when',
    },
  },
  {
    against: ['T28', 'R16'],
    what: 'an address has one spelling before it is compared',
    without: {
      file: 'server/crypto/vault.ts',
      was: "return email.normalize('NFKC').trim().toLowerCase();",
      becomes: 'return email;',
    },
    test: {
      file: 'server/auth/sign-in.pg.test.ts',
      title: 'finds an address however it is written',
    },
  },
];
