import { sql } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { subjectTables } from '../db/data-map/index.ts';
import { membership, organisation } from '../db/schema/organisation.ts';
import { recordAudits } from './audit/record.ts';
import { later, start } from './auth/testing.ts';
import { codeAt } from './auth/totp.ts';
import { newId } from './crypto/token.ts';
import type { Deps } from './deps.ts';
import { confirmDeletion, copyFor, deletionFor } from './requests/behalf/testing.ts';
import { openCopy } from './requests/copy/open.ts';
import { insertSessions, work } from './requests/copy/testing.ts';
import { appRouter } from './root.ts';
import { insertDecision, move } from './support/cases/testing.ts';
import { doors, viewOf } from './support/testing.ts';
import { testDeps } from './testing/deps.ts';
import { mailedToken } from './testing/letters.ts';
import {
  atTheDesk,
  callerFor,
  insertCustomer,
  insertStaff,
  type Jar,
  type Person,
  signedInAs,
  signInAs,
} from './testing/people.ts';
import { test } from './testing/pg.ts';
import { codeOf } from './testing/refused.ts';
import { rowsOf } from './testing/rows.ts';
import { inputsOf, leavesOf } from './testing/schemas.ts';
import { insertTicket } from './testing/tickets.ts';
import { walkProcedures } from './trpc/boot-check.ts';

type Caller = ReturnType<typeof callerFor>;
/** What is Eve's and Bea's, by ids that Ada could have seen over a shoulder. */
type Theirs = Awaited<ReturnType<typeof twoWithEverything>>['ids'];

/** What a value is that names no row: everything else that an input holds is an id, and is tried below. */
const NAMES_NO_ROW = new Set([
  ...[
    'code',
    'act',
    'current',
    'next',
    'section',
    'table',
    'direction',
    'search',
    'field',
    'value',
  ],
  ...['allowed', 'email', 'topic', 'channel', 'granted', 'sections', 'planHash', 'graceDays'],
  ...[
    'name',
    'words',
    'acknowledged',
    'actor',
    'answer',
    'kind',
    'text',
    'about.table',
    'about.column',
  ],
  // The id of a passkey is worth what it has signed: other people's are tried in passkey-refusals.pg.test.ts.
  ...['id', 'clientDataJSON', 'authenticatorData', 'signature', 'userHandle'].map(
    (key) => `passkey.${key}`,
  ),
  ...['passkey.attestationObject', 'passkey.transports'],
]);
/** Of a question, what it is about is a heading that its person writes. */
const HEADING = 'about: string';

/** Procedures of a customer that take an id, with the places of their ids. */
function takingIds(): string[] {
  return walkProcedures(appRouter).flatMap(({ path, meta }) =>
    meta?.assurance === 'mfa'
      ? inputsOf(appRouter, path)
          .flatMap((schema) => leavesOf(schema))
          .filter((leaf) => leaf !== HEADING && !NAMES_NO_ROW.has(leaf.split(':')[0] ?? ''))
          .map((leaf) => `${path} ${leaf.split(':')[0]}`)
      : [],
  );
}

/**
 * Each id that a customer's procedure takes, given by somebody whose it is not, and what they are told. The
 * same call by its own person comes to something else, so that it is the id that was refused.
 */
const attempts: Record<
  string,
  { call: (as: Caller, ids: Theirs) => Promise<unknown>; told: string | null; whose?: 'bea' }
> = {
  'auth.endSession handle': {
    call: (as, { session }) => as.auth.endSession({ handle: session }),
    told: 'NOT_FOUND',
  },
  'auth.renameFactor id': {
    call: (as, { app }) => as.auth.renameFactor({ id: app, name: 'Mine' }),
    told: 'NOT_FOUND',
  },
  'auth.removeFactor id': {
    call: (as, { app }) => as.auth.removeFactor({ id: app }),
    told: 'NOT_FOUND',
  },
  'overview.readNotice id': {
    call: (as, { notice }) => as.overview.readNotice({ id: notice }),
    // Nothing to mark as read: whether somebody else has such a notice is not said.
    told: null,
  },
  'access.table cursor': {
    call: (as, { tableCursor }) => as.access.table({ table: 'gpuSession', cursor: tableCursor }),
    // A place in an order, not a key: what follows it are the caller's own rows, of which there are none.
    told: null,
  },
  'audit.log cursor': {
    call: (as, { logCursor }) => as.audit.log({ actor: 'all', cursor: logCursor }),
    told: null,
  },
  'account.confirmEmailChange token': {
    call: (as, { emailToken }) => as.account.confirmEmailChange({ token: emailToken }),
    told: 'LINK_NOT_VALID',
  },
  'consent.receipt id': {
    call: (as, { receipt }) => as.consent.receipt({ id: receipt }),
    told: 'NOT_FOUND',
  },
  'requests.get reference': {
    call: (as, { copy }) => as.requests.get({ reference: copy }),
    told: 'NOT_FOUND',
    whose: 'bea',
  },
  'requests.watch reference': {
    call: async (as, { copy }) => {
      const stream = await as.requests.watch({ reference: copy });
      const first = await stream[Symbol.asyncIterator]().next();
      return first.value;
    },
    told: 'NOT_FOUND',
    whose: 'bea',
  },
  'requests.prepareDownload reference': {
    call: (as, { copy }) => as.requests.prepareDownload({ reference: copy }),
    told: 'NOT_FOUND',
    whose: 'bea',
  },
  'requests.deleteCopy reference': {
    call: (as, { copy }) => as.requests.deleteCopy({ reference: copy }),
    told: 'NOT_FOUND',
    whose: 'bea',
  },
  'requests.cancelErasure reference': {
    call: (as, { erasure }) => as.requests.cancelErasure({ reference: erasure }),
    told: 'NOT_FOUND',
    whose: 'bea',
  },
  'requests.askCopy confirms': {
    call: (as, { askedCopy }) =>
      as.requests.askCopy({ sections: ['account'], confirms: askedCopy }),
    told: 'NOT_FOUND',
  },
  'requests.confirmErasure confirms': {
    call: async (as, { askedDeletion }) => {
      const { planHash } = await as.requests.previewErasure({});
      const { email } = await as.account.get({});
      return as.requests.confirmErasure({
        planHash,
        email: String(email.value),
        graceDays: 7,
        acknowledged: true,
        confirms: askedDeletion,
      });
    },
    told: 'NOT_FOUND',
  },
  'requests.decline reference': {
    call: (as, { askedDeletion }) => as.requests.decline({ reference: askedDeletion }),
    told: 'NOT_FOUND',
  },
  'requests.handOverOrganisation organisationId': {
    call: (as, { organisationId }) => as.requests.handOverOrganisation({ organisationId }),
    told: 'NOT_FOUND',
  },
  'supportViews.answer id': {
    call: (as, { view }) => as.supportViews.answer({ id: view, answer: 'approved' }),
    told: 'NOT_FOUND',
  },
  'supportViews.end id': {
    call: (as, { view }) => as.supportViews.end({ id: view }),
    told: 'NOT_FOUND',
  },
  'cases.get reference': {
    call: (as, { ticket }) => as.cases.get({ reference: ticket }),
    told: 'NOT_FOUND',
  },
  'cases.write reference': {
    call: (as, { ticket }) => as.cases.write({ reference: ticket, text: 'It was me.' }),
    told: 'NOT_FOUND',
  },
  'cases.confirm reference': {
    call: (as, { correction }) => as.cases.confirm({ reference: correction }),
    told: 'NOT_FOUND',
  },
  'cases.withdraw reference': {
    call: (as, { correction }) => as.cases.withdraw({ reference: correction }),
    told: 'NOT_FOUND',
  },
  'cases.about about': {
    call: (as, { decision }) => as.cases.about({ kind: 'human_review', about: decision }),
    told: 'NOT_FOUND',
  },
  'cases.open about': {
    call: (as, { decision }) =>
      as.cases.open({ kind: 'human_review', about: decision, text: 'Look again.' }),
    told: 'NOT_FOUND',
  },
  // The last two, for they end what others rest on.
  'alarm.raise event': {
    call: (as, { signedIn }) => as.alarm.raise({ event: signedIn, words: 'That was not I.' }),
    told: 'NOT_FOUND',
  },
  'alarm.raise session': {
    call: (as, { session }) => as.alarm.raise({ session, words: 'That was not I.' }),
    // As of a sign-in that is on record no more: the case of whoever asks names nothing.
    told: null,
  },
};
/** The same place in an input, about something else; and what comes by an address of its own. */
const besides: Record<string, { call: (as: Caller, ids: Theirs) => Promise<unknown> }> = {
  'cases.about an entry of the log': {
    call: (as, { entry }) => as.cases.about({ kind: 'dispute', about: entry }),
  },
  'cases.open about an entry of the log': {
    call: (as, { entry }) =>
      as.cases.open({ kind: 'dispute', about: entry, text: 'That was not I.' }),
  },
};

/** Eve, for whom support has asked and whom it views; Bea, with a copy that is ready and a deletion that waits. */
async function twoWithEverything(deps: Deps) {
  const { db, sql: plain } = deps.connection;
  const eve = await insertCustomer(deps, { name: 'Eve Moneypenny' });
  const bea = await insertCustomer(deps, { name: 'Bea Potter' });
  const agent = await insertStaff(deps);
  const jars = {
    eve: await signInAs(deps, eve, { now: start }),
    bea: await signedInAs(deps, bea, { now: start }),
  };
  const { asAgent, asCustomer } = doors(
    deps,
    jars.eve,
    await atTheDesk(deps, agent, { now: start }),
  );

  const { reference: ticket } = await insertTicket(deps, eve);
  const asked = {
    copy: await asAgent(start).support.askFor(copyFor(eve, ticket)),
    deletion: await asAgent(start).support.askFor(deletionFor(eve, ticket)),
  };
  const correction = await asAgent(start).caseDesk.openFor({ ...move, subjectId: eve.subjectId });
  await asAgent(start).support.startView(viewOf(eve, ticket));
  await asAgent(start).support.askExtension({});
  await asCustomer(start).account.askEmailChange({ email: 'eve.new@example.test' });
  const { receiptId } = await asCustomer(start).consent.set({
    topic: 'product_news',
    channel: 'email',
    granted: true,
  });
  const organisationId = newId(start);
  await db
    .insert(organisation)
    .values({ id: organisationId, name: 'Moneypenny Ltd', country: 'DE', createdAt: start });
  const belongs = ({ subjectId }: Person, role: 'owner' | 'member') =>
    db.insert(membership).values({ subjectId, organisationId, role, joinedAt: start });
  await belongs(eve, 'owner');
  await insertSessions(deps, eve, 60);
  await manyEvents(deps, eve);

  const asBea = callerFor(deps, jars.bea, { now: start });
  const { reference: copy } = await asBea.requests.askCopy({ sections: ['account'] });
  await work(deps);
  const { reference: erasure } = await confirmDeletion(deps, {
    person: bea,
    jar: jars.bea,
    now: later(30),
  });
  await belongs(bea, 'member');

  const one = async (query: Promise<readonly { id: string }[]>) => (await query)[0]?.id ?? '';
  const [first] = await asCustomer(start).auth.sessions({});
  const table = await asCustomer(start).access.table({ table: 'gpuSession' });
  const log = await asCustomer(start).audit.log({ actor: 'all' });
  return {
    people: { eve, bea },
    jars,
    ids: {
      session: (first as { handle: string }).handle,
      notice: await one(plain`select id from notice where subject_id = ${eve.subjectId} limit 1`),
      entry: await one(
        plain`select id from audit_event where subject_id = ${eve.subjectId} and actor_kind = 'staff' limit 1`,
      ),
      signedIn: await one(
        plain`select id from audit_event where subject_id = ${eve.subjectId} and action = 'auth.signed_in' limit 1`,
      ),
      app: await one(plain`select id from totp_factor where subject_id = ${eve.subjectId}`),
      view: await one(
        plain`select id from impersonation_grant where subject_id = ${eve.subjectId}`,
      ),
      decision: await insertDecision(deps, eve.subjectId),
      emailToken: await mailedToken(deps, eve.subjectId, 'email_change_confirm'),
      receipt: receiptId ?? '',
      tableCursor: (table as { next: string | null }).next ?? '',
      logCursor: log.next ?? '',
      ticket,
      correction: correction.reference,
      askedCopy: asked.copy.reference,
      askedDeletion: asked.deletion.reference,
      organisationId,
      copy,
      erasure,
    },
  };
}

/** More events than a page of the log holds. */
async function manyEvents({ connection, vault }: Deps, { subjectId }: Person): Promise<void> {
  const event = {
    action: 'auth.signed_out' as const,
    actor: { kind: 'system', job: 'test' } as const,
    subjectId,
    purpose: 'authenticate' as const,
    requestId: 'test',
    now: start,
  };
  await connection.db.transaction((tx) =>
    recordAudits(
      tx,
      vault,
      Array.from({ length: 60 }, () => event),
    ),
  );
}

describe('with row-level security taken away, the rules alone', () => {
  test('give nobody anything by the id of another: each is refused as unknown, answers nothing of theirs, and changes no row of theirs', async ({
    connection,
    owner,
  }) => {
    expect(Object.keys(attempts).sort()).toEqual(takingIds().sort());
    for (const { sqlName } of subjectTables)
      await owner.db.execute(
        sql`alter table ${sql.identifier(sqlName)} disable row level security`,
      );
    const deps = testDeps(connection);
    const { people, jars, ids } = await twoWithEverything(deps);
    expect(Object.entries(ids).filter(([, id]) => !id)).toEqual([]);
    const ada = await insertCustomer(deps);
    const jar = await signedInAs(deps, ada, { now: start });
    const theirs = [people.eve, people.bea];
    const before = await rowsOf(connection, theirs);

    let steps = 1;
    const proved = async (person: Person, own: Jar, name: string): Promise<Caller> => {
      const act = name.startsWith('account.confirm')
        ? ('email_commit' as const)
        : name.startsWith('requests.confirm')
          ? ('erasure_confirm' as const)
          : name.startsWith('auth.removeFactor')
            ? ('removal' as const)
            : null;
      const now = act ? later(30 * steps++) : start;
      if (act)
        await callerFor(deps, own, { now }).auth.stepUp({
          code: codeAt(person.totpSecret, now),
          ...(act === 'removal' ? {} : { act }),
        });
      return callerFor(deps, own, { now });
    };
    for (const [name, { call, told }] of Object.entries(attempts)) {
      let answer: unknown = null;
      const as = await proved(ada, jar, name);
      const code = await codeOf(
        call(as, ids).then((given) => {
          answer = given ?? null;
        }),
      );
      expect([name, code]).toEqual([name, told]);
      const said = JSON.stringify(answer);
      for (const trace of ['Moneypenny', 'Potter', people.eve.subjectId, people.bea.subjectId])
        expect([name, said.includes(trace)]).toEqual([name, false]);
      if (name.endsWith('cursor'))
        expect([name, JSON.stringify(answer).includes('H100')]).toEqual([name, false]);
    }
    for (const [name, { call }] of Object.entries(besides)) {
      const as = callerFor(deps, jar, { now: start });
      expect([name, await codeOf(call(as, ids))]).toEqual([name, 'NOT_FOUND']);
    }
    const file = openCopy(deps, { subjectId: ada.subjectId, reference: ids.copy, now: start });
    expect(await file.then(() => 'opened').catch((cause) => cause.code)).toBe('NOT_FOUND');
    expect(await rowsOf(connection, theirs)).toEqual(before);

    // Each of these ids is good in the hands of whose it is.
    for (const [name, { call, told, whose = 'eve' }] of Object.entries(attempts)) {
      if (told === null) continue;
      const as = await proved(people[whose], jars[whose], name);
      expect([name, await codeOf(call(as, ids))]).not.toEqual([name, told]);
    }
    expect(await rowsOf(connection, theirs)).not.toEqual(before);
  });
});
