import type { Control } from './control.ts';

/** What is kept, by whose clock, and what the portal is made of. */
export const controlsOfKeeping: readonly Control[] = [
  {
    against: ['T27'],
    what: 'a deletion that was taken back is one no more, by the statement that takes it back',
    without: {
      file: 'server/requests/erasure/cancel.ts',
      was: ".set({ state: 'cancelled', endedAt: now, receiptCodeHash: null })",
      becomes: '.set({ receiptCodeHash: null })',
    },
    test: {
      file: 'server/requests/erasure/races.pg.test.ts',
      title:
        'taking a deletion back and its start at once, again and again: one of them wins, and what was taken back has lost no row',
    },
  },
  {
    against: ['T59'],
    what: 'of a code or token a keyed hash is stored',
    without: {
      file: 'server/crypto/vault.ts',
      was: 'return keyedHash(keyring.token, use, token);',
      becomes: 'return token;',
    },
    test: {
      file: 'server/crypto/vault.test.ts',
      title: 'what is stored of a code or token tells nothing without the key, and fits one use',
    },
  },
  {
    against: ['T61'],
    what: 'the index of addresses has a key outside the database',
    without: {
      file: 'server/crypto/vault.ts',
      was: "return keyedHash(keyring.index, 'email', normaliseEmail(email));",
      becomes: "return keyedHash(Buffer.from(''), 'email', normaliseEmail(email));",
    },
    test: {
      file: 'server/crypto/vault.test.ts',
      title:
        'who has the index of addresses and guesses them finds none without its key: by no plain hash, and by none with another key',
    },
  },
  {
    against: ['T64'],
    what: 'table, column and person are bound into what is sealed',
    without: {
      file: 'server/crypto/cipher.ts',
      was: 'return Buffer.from(additionalData);',
      becomes: 'return Buffer.from(additionalData.slice(0, 0));',
    },
    test: {
      file: 'server/crypto/vault.test.ts',
      title:
        'a sealed value opens in its own column for its own person, and in no other column, for nobody else, and under no other format',
    },
  },
  {
    against: ['T74'],
    what: 'work goes by the clock of the database',
    without: {
      file: 'server/jobs/runner.ts',
      was: 'const now = await databaseNow(tx);',
      becomes: 'const now = deps.clock();',
    },
    test: {
      file: 'server/clock.pg.test.ts',
      title: 'no deletion begins before its day: the work goes by the clock of the database',
    },
  },
  {
    against: ['T77'],
    what: 'no package runs anything when it is installed',
    without: { file: '.npmrc', was: 'ignore-scripts=true', becomes: 'ignore-scripts=false' },
    test: {
      file: 'server/cli/packages.test.ts',
      title: 'runs nothing when it is installed: npm is told so, and each that would is named',
    },
  },
  {
    against: ['T78'],
    what: 'the files of copies go with their account, also those that are not finished',
    without: {
      file: 'server/requests/erasure/lock.ts',
      was: 'for (const name of names) await store.remove(name);',
      becomes: '',
    },
    test: {
      file: 'server/requests/erasure/races.pg.test.ts',
      title:
        'a copy that is being made while the account is erased leaves no file and no row, whichever ends first, nor does one that was ready before',
    },
  },
  {
    against: ['R23'],
    what: 'where procedures are written, no name is put into SQL',
    without: {
      file: 'server/access/input.ts',
      was: 'export const search = line(100);',
      becomes: 'export const search = line(100);\nexport const by = sql.identifier(search);',
    },
    test: {
      file: 'server/sql-text.test.ts',
      title: 'and no file where procedures are written does it',
    },
  },
  {
    against: ['R25'],
    what: 'SQL has values for values, and texts where its names are ours alone',
    without: {
      file: 'server/jobs/attempts.ts',
      was: 'lte(job.runAt, sql`now()`)',
      becomes: "lte(job.runAt, sql.raw('now()'))",
    },
    test: {
      file: 'server/sql-text.test.ts',
      title: 'is put together from texts nowhere but where its names are ours',
    },
  },
];
