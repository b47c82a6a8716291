import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIResponse, Cookie, Page } from 'playwright/test';

/** A portal started for the run; each worker has one to itself, and so has every person in it. */
type Portal = { url: string; dataDir: string; internalPort: number };

const portals: Portal[] = JSON.parse(process.env['E2E_PORTALS'] ?? '[]');
const mine = portals[Number(process.env['TEST_PARALLEL_INDEX'] ?? 0)];
if (!mine) throw new Error('no portal was started for this worker: run e2e/run.mjs');

/** The portal of this worker. */
export const portal: Portal = mine;

/**
 * Asks a procedure with the cookies of a page. On a connection of its own: the portal may close one that
 * was kept just as it is asked, which a browser repeats and a test does not.
 */
export function ask(page: Page, path: string, data: object = {}): Promise<APIResponse> {
  return page.request.post(path, {
    headers: { origin: portal.url, connection: 'close' },
    data,
  });
}

/** What tests did with the people of a portal, by names of their own. */
type Notes = {
  /** Cookies of who is signed in. */
  sessions: Record<string, Cookie[]>;
  /** Last time step of an authenticator code that was used, by its secret: a code works once. */
  steps: Record<string, number>;
  /** How many recovery codes were used. */
  recoveryCodes: Record<string, number>;
  /** References of finished copies. */
  copies: Record<string, string>;
};

const path = join(portal.dataDir, 'e2e-notes.json');

/** Lies with the portal's data: after a failed test another process goes on with the same people. */
export function readNotes(): Notes {
  return existsSync(path)
    ? JSON.parse(readFileSync(path, 'utf8'))
    : { sessions: {}, steps: {}, recoveryCodes: {}, copies: {} };
}

/** Writes down one thing about one person. */
export function note<Kind extends keyof Notes>(
  kind: Kind,
  name: string,
  value: Notes[Kind][string],
): void {
  const notes = readNotes();
  writeFileSync(path, JSON.stringify({ ...notes, [kind]: { ...notes[kind], [name]: value } }), {
    mode: 0o600,
  });
}
