import type { Logger } from 'pino';
import type { Connection } from '../db/connect.ts';
import type { Vault } from './crypto/vault.ts';
import type { Env } from './env.ts';
import type { ExportStore } from './requests/store.ts';

/** What a process has: made once in `main.ts`, passed down, never imported. */
export type Deps = {
  env: Env;
  connection: Connection;
  vault: Vault;
  log: Logger;
  exportStore: ExportStore;
  /** The only clock of procedures and jobs. */
  clock: () => Date;
};
