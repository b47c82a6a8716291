import { describe, expect } from 'vitest';
import { seedServiceKeys } from '../db/seed/credentials.ts';
import type { World } from '../db/seed/people.ts';
import { type SeedServiceId, seedServices } from '../db/seed/personas.ts';
import { attempt, forget, later, MINUTE, start } from './auth/testing.ts';
import { codeAt } from './auth/totp.ts';
import { newId } from './crypto/token.ts';
import type { Deps } from './deps.ts';
import { appRouter } from './root.ts';
import { internalRouter } from './services/root.ts';
import { createServiceCallerFactory } from './services/trpc.ts';
import { viewOf } from './support/testing.ts';
import { testDeps } from './testing/deps.ts';
import { mailedToken } from './testing/letters.ts';
import {
  atTheDesk,
  callerFor,
  emptyJar,
  insertCustomer,
  insertStaff,
  type Jar,
  signedInAs,
} from './testing/people.ts';
import { test } from './testing/pg.ts';
import { refused } from './testing/refused.ts';
import { insertTicket } from './testing/tickets.ts';
import { walkProcedures } from './trpc/boot-check.ts';
import type { Surface } from './trpc/context.ts';

/*
 * Who may call what. Written by hand and compared cell by cell with what the real router does.
 *
 *   +  may, if the input is right            o  is told to sign in
 *   n  is not allowed                        e  is told that the attempt is over
 *   s  needs a fresh second factor           d  not while the account waits for its deletion
 *   v  not while viewing somebody's account
 *
 * Columns, at the portal: nobody, password given, password given and no factor yet, by a mailed link,
 * customer, customer whose second factor is ten minutes old, customer whose account waits for its
 * deletion. At the console: nobody, a customer's session carried over, support, support ten minutes
 * later, support while viewing, officer,
 * officer ten minutes later, administrator.
 */
const columns = [
  'nobody',
  'pending',
  'enrolling',
  'recovery',
  'customer',
  'stale',
  'deleting',
  'nobody at the console',
  'customer at the console',
  'support',
  'support, stale',
  'viewer',
  'officer',
  'officer, stale',
  'administrator',
] as const;
type Column = (typeof columns)[number];

const mayDo: Record<string, string> = {
  'auth.me': 'oooo+++ oooo+ooo',
  'auth.signIn': '+++++++ ++++++++',
  'auth.beginPasskeySignIn': '+++++++ ++++++++',
  'auth.signInWithPasskey': '+++++++ ++++++++',
  'auth.attempt': 'e++eeee eeeeeeee',
  'auth.verifyCode': 'e++eeee eeeeeeee',
  'auth.beginPasskey': 'e++eeee eeeeeeee',
  'auth.verifyPasskey': 'e++eeee eeeeeeee',
  'auth.useRecoveryCode': 'e++eeee eeeeeeee',
  'auth.sendVerification': 'en+eeee eeeeeeee',
  'auth.verifyEmail': '+++++++ ++++++++',
  'auth.beginEnrolment': 'en+eeee eeeeeeee',
  'auth.confirmEnrolment': 'en+eeee eeeeeeee',
  'auth.beginPasskeyEnrolment': 'en+eeee eeeeeeee',
  'auth.confirmPasskeyEnrolment': 'en+eeee eeeeeeee',
  'auth.beginStepUp': 'oooo+++ oooovooo',
  'auth.stepUp': 'oooo+++ oooovooo',
  'auth.signOut': 'oooo+++ oooovooo',
  'auth.sessions': 'oooo+++ oooovooo',
  'auth.endSession': 'oooo+++ oooovooo',
  'auth.endOtherSessions': 'oooo+++ oooovooo',
  'auth.securityState': 'oooo+++ oooovooo',
  'auth.securityActivity': 'oooo+++ oooovooo',
  'auth.beginNewApp': 'oooosss oooovooo',
  'auth.confirmNewApp': 'oooosss oooovooo',
  'auth.beginNewPasskey': 'oooosss oooovooo',
  'auth.confirmNewPasskey': 'oooosss oooovooo',
  'auth.renameFactor': 'oooo+++ oooovooo',
  'auth.removeFactor': 'oooosss oooovooo',
  'auth.makeRecoveryCodes': 'oooo+sd oooovooo',
  'auth.changePassword': 'oooo+sd oooovooo',
  'auth.forgot': '+++++++ ++++++++',
  'auth.beginRecovery': '+++++++ ++++++++',
  'auth.beginRecoveryPasskey': 'eee+eee eeeeeeee',
  'auth.finishRecovery': 'eee+eee eeeeeeee',
  'alarm.raise': 'oooo+s+ oooovooo',
  'signUp.answerAge': '+++++++ ++++++++',
  'signUp.ask': '+++++++ ++++++++',
  'signUp.look': '+++++++ ++++++++',
  'signUp.complete': '+++++++ ++++++++',
  'desk.me': 'ooooooo oo++++++',
  'desk.waiting': 'ooooooo oo++++++',
  'desk.beginStepUp': 'ooooooo oo++++++',
  'desk.stepUp': 'ooooooo oo++++++',
  'desk.signOut': 'ooooooo oo++++++',
  'overview.state': 'oooo+++ oooovooo',
  'overview.readAllNotices': 'oooo+++ oooovooo',
  'overview.readNotice': 'oooo+++ oooovooo',
  'access.overview': 'oooo+++ oooo+ooo',
  'access.section': 'oooo+++ oooo+ooo',
  'access.table': 'oooo+++ oooo+ooo',
  'access.holders': 'oooo+++ oooovooo',
  'access.search': 'oooo+++ oooovooo',
  'account.get': 'oooo+++ oooovooo',
  'account.correct': 'oooo++d oooovooo',
  'account.setSupportAccess': 'oooo++d oooovooo',
  'account.coolDown': 'oooo+++ oooovooo',
  'account.askEmailChange': 'oooo+sd oooovooo',
  'account.confirmEmailChange': 'oooossd oooovooo',
  'account.undoEmailChange': '+++++++ ++++++++',
  'consent.communication': 'oooo+++ oooo+ooo',
  'consent.set': 'oooo+++ oooovooo',
  'consent.stopAll': 'oooo+++ oooovooo',
  'consent.receipt': 'oooo+++ oooovooo',
  'consent.cookies': '+++++++ ++++++++',
  'consent.chooseCookies': '+++++++ ++++++++',
  'requests.list': 'oooo+++ oooo+ooo',
  'requests.get': 'oooo+++ oooo+ooo',
  'requests.watch': 'oooo+++ oooovooo',
  'requests.prepareDownload': 'oooo+s+ oooovooo',
  'requests.copyChoices': 'oooo+++ oooovooo',
  'requests.askCopy': 'oooo+s+ oooovooo',
  'requests.decline': 'oooo+++ oooovooo',
  'requests.deleteCopy': 'oooo+++ oooovooo',
  'requests.previewErasure': 'oooo+++ oooovooo',
  'requests.confirmErasure': 'oooossd oooovooo',
  'requests.cancelErasure': 'oooo+++ oooovooo',
  'requests.handOverOrganisation': 'oooo++d oooovooo',
  'requests.receipt': '+++++++ ++++++++',
  'audit.log': 'oooo+++ oooovooo',
  'policy.get': '+++++++ ++++++++',
  'support.lookUp': 'ooooooo oo+++nnn',
  'support.askFor': 'ooooooo oo+s+nnn',
  'support.startView': 'ooooooo oo+s+nnn',
  'support.view': 'ooooooo oo+++nnn',
  'support.recentViews': 'ooooooo oo+++nnn',
  'support.askExtension': 'ooooooo oo+++nnn',
  'support.stopView': 'ooooooo oo+++nnn',
  'supportViews.list': 'oooo+++ oooovooo',
  'supportViews.open': 'oooo+++ oooovooo',
  'supportViews.end': 'oooo+++ oooovooo',
  'supportViews.answer': 'oooo+++ oooovooo',
  'oversight.findCustomer': 'ooooooo oonnn++n',
  'oversight.holdEntries': 'ooooooo oonnn++n',
  'oversight.proposeHold': 'ooooooo oonnn+sn',
  'oversight.answerHold': 'ooooooo oonnn+s+',
  'oversight.askRelease': 'ooooooo oonnn+sn',
  'oversight.answerRelease': 'ooooooo oonnn+s+',
  'oversight.holds': 'ooooooo oonnn+++',
  'oversight.queue': 'ooooooo oonnn++n',
  'oversight.request': 'ooooooo oonnn++n',
  'oversight.letGoOn': 'ooooooo oonnn+sn',
  'oversight.register': 'ooooooo oonnn+++',
  'services.list': 'ooooooo oonnnnn+',
  'services.rotate': 'ooooooo oonnnnn+',
  'services.retire': 'ooooooo oonnnnn+',
  'cases.list': 'oooo+++ oooovooo',
  'cases.get': 'oooo+++ oooovooo',
  'cases.about': 'oooo+++ oooovooo',
  'cases.fields': 'oooo+++ oooovooo',
  'cases.open': 'oooo++d oooovooo',
  'cases.write': 'oooo+++ oooovooo',
  'cases.confirm': 'oooo++d oooovooo',
  'cases.withdraw': 'oooo+++ oooovooo',
  'caseDesk.list': 'ooooooo oo+++++n',
  'caseDesk.get': 'ooooooo oo+++++n',
  'caseDesk.take': 'ooooooo oo+++++n',
  'caseDesk.giveBack': 'ooooooo oo+++++n',
  'caseDesk.write': 'ooooooo oo+++++n',
  'caseDesk.decide': 'ooooooo oo+s++sn',
  'caseDesk.openFor': 'ooooooo oo+s+nnn',
  'caseDesk.fields': 'ooooooo oo+++nnn',
  'lostFactors.ask': 'e++eeee eeeeeeee',
  'lostFactors.open': '+++++++ ++++++++',
  'lostFactors.stopByLink': '+++++++ ++++++++',
  'lostFactors.stop': 'oooo+++ oooovooo',
  'lostFactors.begin': '+++++++ ++++++++',
  'lostFactors.beginFactor': 'eeeneee eeeeeeee',
  'lostFactors.confirmFactor': 'eeeneee eeeeeeee',
  'lostFactors.beginPasskey': 'eeeneee eeeeeeee',
  'lostFactors.confirmPasskey': 'eeeneee eeeeeeee',
  'lostFactorsDesk.propose': 'ooooooo oo+s+nnn',
  'lostFactorsDesk.approve': 'ooooooo oo+s++sn',
  'lostFactorsDesk.refuse': 'ooooooo oo+s++sn',
  'outbox.latest': '+++++++ ++++++++',
};

/** Of services: + may, and . has no scope for it. Columns: billing, scheduler, mailer, paylane, tallymetric. */
const servicesMayDo: Record<string, string> = {
  'account.provision': '+....',
  'account.lookup': '+.+..',
  'consent.mayContact': '..+..',
  'consent.mayContactMany': '..+..',
  'usage.report': '.+...',
  'billing.report': '+....',
  'devices.report': '.+...',
  'decisions.report': '++...',
  'tasks.claim': '...++',
  'tasks.answer': '...++',
  'events.since': '+++..',
};

const signs: Record<string, string> = {
  INPUT_REFUSED: '+',
  SIGNED_OUT: 'o',
  ATTEMPT_ENDED: 'e',
  NOT_ALLOWED: 'n',
  STEP_UP_REQUIRED: 's',
  ACCOUNT_READ_ONLY: 'd',
  NOT_WHILE_IMPERSONATING: 'v',
  SCOPE_MISSING: '.',
};

/** What no schema takes: whoever gets to be told so got in, and nothing is done. */
const NOT_AN_INPUT = { 'not an input': true };

async function signOf(router: unknown, path: string): Promise<string> {
  const procedure = path
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], router);
  const refusal = await refused((procedure as (input: unknown) => Promise<unknown>)(NOT_AN_INPUT));
  return signs[refusal?.code ?? ''] ?? `(${refusal?.code})`;
}

type Actor = { jar: Jar; surface: Surface; now: Date };

/** Everybody who could stand at one of the two doors. */
async function everybody(deps: Deps): Promise<Record<Column, Actor>> {
  const [ada, eve, ida, leo] = await Promise.all([
    insertCustomer(deps),
    insertCustomer(deps, { name: 'Eve', factor: false }),
    insertCustomer(deps, { name: 'Ida' }),
    insertCustomer(deps, { name: 'Leo' }),
  ]);
  const staff = await Promise.all([
    insertStaff(deps, { label: 'Support agent S-1' }),
    insertStaff(deps, { label: 'Support agent S-2' }),
    insertStaff(deps, { role: 'officer', label: 'Officer O-1' }),
    insertStaff(deps, { role: 'administrator', label: 'Administrator A-1' }),
  ]);
  const [support, viewer, officer, administrator] = (await Promise.all(
    staff.map((person) => atTheDesk(deps, person, { now: start })),
  )) as [Jar, Jar, Jar, Jar];
  const { reference: ticket } = await insertTicket(deps, ada);
  await callerFor(deps, viewer, { now: start, surface: 'console' }).support.startView(
    viewOf(ada, ticket, ['account', 'usage', 'records', 'choices']),
  );
  await forget(deps, ida.email);
  const recovery = emptyJar();
  await callerFor(deps, recovery, { now: start }).auth.beginRecovery({
    token: await mailedToken(deps, ida.subjectId, 'reset_password'),
  });
  const customer = await signedInAs(deps, ada, { now: start });
  const deleting = await signedInAs(deps, leo, { now: start });
  await deps.connection
    .sql`update account set status = 'pending_deletion' where subject_id = ${leo.subjectId}`;
  const portal = (jar: Jar, now = start): Actor => ({ jar, surface: 'portal', now });
  const console_ = (jar: Jar, now = start): Actor => ({ jar, surface: 'console', now });
  const tenMinutesOn = later(10 * MINUTE);
  return {
    nobody: portal(emptyJar()),
    pending: portal(await attempt(deps, ida)),
    enrolling: portal(await attempt(deps, eve)),
    recovery: portal(recovery),
    customer: portal(customer),
    stale: portal(customer, tenMinutesOn),
    deleting: portal(deleting),
    'nobody at the console': console_(emptyJar()),
    'customer at the console': console_(customer),
    support: console_(support),
    'support, stale': console_(support, tenMinutesOn),
    viewer: console_(viewer),
    officer: console_(officer),
    'officer, stale': console_(officer, tenMinutesOn),
    administrator: console_(administrator),
  };
}

describe('who may call what', () => {
  test('is what the table says, in every cell, and no procedure is missing from it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const actors = await everybody(deps);
    const paths = walkProcedures(appRouter).map(({ path }) => path);
    const seen: Record<string, string> = {};
    for (const path of paths) {
      const cells: string[] = [];
      for (const column of columns) {
        const { jar, surface, now } = actors[column];
        const copy: Jar = { tokens: { ...jar.tokens }, set: [...jar.set] };
        cells.push(await signOf(callerFor(deps, copy, { surface, now }), path));
      }
      seen[path] = cells.join('');
    }
    expect(seen).toEqual(
      Object.fromEntries(
        Object.entries(mayDo).map(([path, row]) => [path, row.replaceAll(' ', '')]),
      ),
    );
  }, 60_000);

  test('of services is what the table says, and no procedure is missing from it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    await connection.sql.begin((sql) => seedServiceKeys(sql, { launch: start } as World));
    const callAs = createServiceCallerFactory(internalRouter);
    const seen: Record<string, string> = {};
    for (const { path } of walkProcedures(internalRouter)) {
      const cells: string[] = [];
      for (const serviceId of Object.keys(seedServices) as SeedServiceId[]) {
        const scopes: Record<string, { purposes: readonly string[] }> =
          seedServices[serviceId].scopes;
        const purpose = scopes[path]?.purposes[0] ?? 'privacy_rights';
        const caller = { serviceId, keyId: 'test', purpose };
        const call = callAs({ deps, now: start, requestId: newId(start), caller });
        cells.push(await signOf(call, path));
      }
      seen[path] = cells.join('');
    }
    expect(seen).toEqual(servicesMayDo);
  });
});

test('a code of the person’s own is needed for what cannot be undone, however fresh the session is', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const jar = await signedInAs(deps, ada, { now: start });
  const now = later(MINUTE);
  const call = () => callerFor(deps, jar, { now });
  for (const path of ['requests.confirmErasure', 'account.confirmEmailChange'] as const) {
    expect(await signOf(call(), path)).toBe('s');
  }
  await call().auth.stepUp({ code: codeAt(ada.totpSecret, now), act: 'erasure_confirm' });
  expect(await signOf(call(), 'requests.confirmErasure')).toBe('+');
  expect(await signOf(call(), 'account.confirmEmailChange')).toBe('s');
});
