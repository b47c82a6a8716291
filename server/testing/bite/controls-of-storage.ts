import type { Control } from './control.ts';

/** What a stolen or altered database is worth. */
export const controlsOfStorage: readonly Control[] = [
  {
    against: ['T68'],
    what: 'a factor is proved by a key outside the database',
    without: {
      file: 'server/auth/totp.ts',
      was: 'if (factor.rowMac !== totpMac(vault, factor)) continue;',
      becomes: '',
    },
    test: {
      file: 'server/auth/second-factor.pg.test.ts',
      title: 'takes no code of a factor that was put into the database by hand',
    },
  },
  {
    against: ['T60'],
    what: 'no key is wrapped under a version that was retired',
    without: { sql: 'DROP TRIGGER key_in_use ON subject_key' },
    test: {
      file: 'server/crypto/rotate.pg.test.ts',
      title:
        'keys are rotated while processes run, a rotation that was interrupted goes on, and what was sealed opens all the time',
    },
  },
];
