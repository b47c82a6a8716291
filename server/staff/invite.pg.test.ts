import { and, eq } from 'drizzle-orm';
import { afterEach, describe, expect, vi } from 'vitest';
import type { Connection } from '../../db/connect.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { passwordCredential, recoveryCode, totpFactor } from '../../db/schema/auth.ts';
import { outboundMail } from '../../db/schema/mail.ts';
import { later, MINUTE, start } from '../auth/testing.ts';
import { codeAt } from '../auth/totp.ts';
import { staffCommand } from '../cli/staff.ts';
import type { Deps } from '../deps.ts';
import { supportAndCustomer, viewOf } from '../support/testing.ts';
import { testDeps } from '../testing/deps.ts';
import { lettersTo, mailedToken, templatesTo } from '../testing/letters.ts';
import {
  atTheDesk,
  callerFor,
  emptyJar,
  insertCustomer,
  insertStaff,
  type Jar,
} from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf } from '../testing/refused.ts';
import { inviteAgain } from './invite.ts';

const LABEL = 'Support agent S-31';
const NEXT = 'copper meadow bicycle 19';
const PUBLIC = 'http://localhost:3000';
const at = (deps: Deps, jar: Jar, now = start) => callerFor(deps, jar, { now, surface: 'console' });

function invite(deps: Deps, { label = LABEL, now = later(MINUTE) } = {}) {
  return deps.connection.db.transaction((tx) =>
    inviteAgain(tx, deps.vault, {
      label,
      consoleUrl: `${PUBLIC}/console`,
      publicUrl: PUBLIC,
      requestId: 'test',
      now,
    }),
  );
}

async function credentials({ db }: Connection, subjectId: string): Promise<number[]> {
  return Promise.all([
    db.$count(passwordCredential, eq(passwordCredential.subjectId, subjectId)),
    db.$count(totpFactor, eq(totpFactor.subjectId, subjectId)),
    db.$count(recoveryCode, eq(recoveryCode.subjectId, subjectId)),
  ]);
}

async function pressed(deps: Deps, token: string, now: Date): Promise<Jar> {
  const jar = emptyJar();
  await at(deps, jar, now).auth.beginRecovery({ token });
  return jar;
}

describe('a new invitation for a member of staff', () => {
  test('that comes while the old password is checked leaves it nothing to open', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { subjectId, email, password } = await insertStaff(deps);
    const own = eq(passwordCredential.subjectId, subjectId);
    let signIn: Promise<string | null> | undefined;
    await connection.db.transaction(async (tx) => {
      await tx.select().from(passwordCredential).where(own).for('update');
      signIn = codeOf(at(deps, emptyJar()).auth.signIn({ email, password }));
      await vi.waitFor(
        async () => {
          const waiting = await connection.sql`select 1 from pg_locks where not granted`;
          expect(waiting.length).toBeGreaterThan(0);
        },
        { timeout: 10_000 },
      );
      await tx.delete(passwordCredential).where(own);
    });
    expect(await signIn).toBe('SIGN_IN_REFUSED');
  });

  test('leaves nothing of before that opens the console: no password, code, recovery code, session, attempt or link', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const agent = await insertStaff(deps);
    const desk = await atTheDesk(deps, agent, { now: start });
    const midway = emptyJar();
    const { email, password } = agent;
    await at(deps, midway).auth.signIn({ email, password });
    const now = later(2 * MINUTE);
    await invite(deps);
    const earlier = await mailedToken(deps, agent.subjectId, 'staff_invite');
    const opened = await pressed(deps, earlier, now);
    await invite(deps);
    expect(await credentials(connection, agent.subjectId)).toEqual([0, 0, 0]);
    const code = codeAt(agent.totpSecret, now);
    const [first = ''] = agent.recoveryCodes;
    expect([
      await codeOf(at(deps, desk, now).desk.me({})),
      await codeOf(at(deps, midway, now).auth.verifyCode({ code })),
      await codeOf(at(deps, midway, now).auth.useRecoveryCode({ code: first })),
      await codeOf(at(deps, emptyJar(), now).auth.signIn({ email, password })),
      await codeOf(at(deps, opened, now).auth.finishRecovery({ password: NEXT })),
      await codeOf(at(deps, emptyJar(), now).auth.beginRecovery({ token: earlier })),
    ]).toEqual([
      'SIGNED_OUT',
      'ATTEMPT_ENDED',
      'ATTEMPT_ENDED',
      'SIGN_IN_REFUSED',
      'ATTEMPT_ENDED',
      'LINK_NOT_VALID',
    ]);
    expect(await credentials(connection, agent.subjectId)).toEqual([0, 0, 0]);
  });

  test('leads to a new password and a new authenticator, once', async ({ connection }) => {
    const deps = testDeps(connection);
    const agent = await insertStaff(deps);
    const { link } = await invite(deps);
    const token = await mailedToken(deps, agent.subjectId, 'staff_invite');
    expect(link).toBe(`${PUBLIC}/console/welcome#${token}`);
    const now = later(2 * MINUTE);
    const jar = await pressed(deps, token, now);
    expect(await codeOf(at(deps, emptyJar(), now).auth.beginRecovery({ token }))).toBe(
      'LINK_NOT_VALID',
    );
    await at(deps, jar, now).auth.finishRecovery({ password: NEXT });
    expect(await at(deps, jar, now).auth.signIn({ email: agent.email, password: NEXT })).toEqual({
      next: 'enrol',
    });
    const { secret } = await at(deps, jar, now).auth.beginEnrolment({});
    await at(deps, jar, now).auth.confirmEnrolment({ code: codeAt(secret, now) });
    expect(await at(deps, jar, now).desk.me({})).toMatchObject({ label: LABEL });
  });

  test('sets one password, of any number of forms that are sent at once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const agent = await insertStaff(deps);
    await invite(deps);
    const token = await mailedToken(deps, agent.subjectId, 'staff_invite');
    const { tokens } = await pressed(deps, token, start);
    const codes = await Promise.all(
      [NEXT, `${NEXT} b`].map((password) =>
        codeOf(at(deps, { tokens: { ...tokens }, set: [] }).auth.finishRecovery({ password })),
      ),
    );
    expect(codes.sort()).toEqual(['ATTEMPT_ENDED', null].sort());
  });

  test('ends the views they had open, and the customers are told', async ({ connection }) => {
    const deps = testDeps(connection);
    const { ada, ticket, asAgent, asCustomer } = await supportAndCustomer(deps, start);
    await asAgent(start).support.startView(viewOf(ada, ticket));
    const now = later(MINUTE);
    await invite(deps, { now });
    const { open, past } = await asCustomer(now).supportViews.list({});
    expect(open).toEqual([]);
    expect(past[0]).toMatchObject({ endedAt: now, endedBy: 'staff_session_ended' });
    expect(await templatesTo(deps, ada.subjectId)).toContain('support_view_ended');
  });

  test('is refused for nobody and for somebody who is disabled, and changes nothing then', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const agent = await insertStaff(deps);
    await connection.sql`update staff_member set disabled_at = now()`;
    await expect(invite(deps)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(invite(deps, { label: 'S-0' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await credentials(connection, agent.subjectId)).toEqual([1, 1, 10]);
    expect(await connection.db.$count(outboundMail)).toBe(0);
  });

  test('is in the log of that account, and without the record nothing is done', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const agent = await insertStaff(deps);
    await owner.sql.unsafe(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no record'; end $$;
      create trigger refuse before insert on audit_event for each row execute function refuse();`);
    await expect(invite(deps)).rejects.toThrow();
    expect(await credentials(connection, agent.subjectId)).toEqual([1, 1, 10]);
    expect(await connection.db.$count(outboundMail)).toBe(0);
    await owner.sql.unsafe('drop trigger refuse on audit_event; drop function refuse();');
    await invite(deps);
    const ofTheirs = and(
      eq(auditEvent.subjectId, agent.subjectId),
      eq(auditEvent.action, 'staff.invited'),
    );
    expect(await connection.db.$count(auditEvent, ofTheirs)).toBe(1);
  });
});

describe('the terminal', () => {
  afterEach(() => vi.restoreAllMocks());

  const commands = [
    ['add', 'new.agent@example.test', '--name', 'Nele Ahrens', '--role', 'support'].concat(
      ['--label', 'Support agent S-77', '--training-until', '2099-01-01'],
      ['--confidentiality-until', '2099-01-01'],
    ),
    ['invite', LABEL],
  ];

  test.for([
    ['shows the link of an invitation where no letter leaves', undefined, true],
    ['does not show it where the letter reaches the mailbox alone', 'smtp://127.0.0.1:2525', false],
  ] as const)('%s', async ([, SMTP_URL, shown], { connection }) => {
    const plain = testDeps(connection);
    const deps = { ...plain, env: { ...plain.env, SMTP_URL } };
    await insertStaff(deps);
    for (const command of commands) {
      const said = vi.spyOn(console, 'log').mockImplementation(() => {});
      expect(await staffCommand(deps, command)).toBe(0);
      const words = said.mock.calls.flat().join('\n');
      expect([command[0], /welcome#/.test(words)]).toEqual([command[0], shown]);
      expect(words).toContain('good once and for a day');
    }
  });

  test('points to the invitation that is open when somebody is added a second time, and only then', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const agent = await insertStaff(deps);
    const { email } = await insertCustomer(deps);
    vi.spyOn(console, 'log').mockImplementation(() => {});
    const added = (address: string, label: string) =>
      staffCommand(deps, [
        ...['add', address, '--name', 'Nele Ahrens', '--role', 'support', '--label', label],
        ...['--training-until', '2099-01-01', '--confidentiality-until', '2099-01-01'],
      ]);
    await added('new.agent@example.test', 'Support agent S-77');
    await expect(added('New.Agent@example.test', 'Support agent S-78')).rejects.toThrow(
      'For a new link: staff invite "Support agent S-77"',
    );
    await expect(added(agent.email, 'Support agent S-78')).rejects.toThrow(
      /^This is the e-mail address of Support agent S-31 already\.$/,
    );
    await expect(added(email, 'Support agent S-78')).rejects.toThrow(
      /^An account has this e-mail address already\.$/,
    );
  });

  test('tells the invited person why, in a letter to the address of the account', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const agent = await insertStaff(deps);
    await invite(deps);
    const [letter] = await lettersTo(deps, agent.subjectId);
    expect(letter?.to).toBe(agent.email);
    expect(letter?.subject).toBe('You are invited to the EaseLLM console again');
    expect(letter?.text).toContain('every session was ended');
  });
});
