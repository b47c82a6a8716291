import type { Control } from './control.ts';

/** Passwords, codes and the links that lead to new ones. */
export const controlsOfFactors: readonly Control[] = [
  {
    against: ['T01'],
    what: 'of an account’s passwords ten in a quarter of an hour are looked at, wherever they come from',
    without: {
      file: 'server/auth/password-budget.ts',
      was: 'may: known === null ? !all.over : !here.over,',
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
      was: 'may: known === null ? !all.over : !here.over,',
      becomes: 'may: !all.over,',
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
    against: ['T37', 'T38'],
    what: 'a new password by mail needs the second factor',
    without: {
      file: 'server/auth/passwords.ts',
      was: "if (session.factors > 0 && !proof) throw new DomainError('FACTOR_REQUIRED');",
      becomes: '',
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
      was: ', now)) !== null) return;',
      becomes: ', now)) === 0) return;',
    },
    test: {
      file: 'server/auth/recovery.pg.test.ts',
      title: 'mails five times an hour at most, and does not say that it stopped',
    },
  },
];
