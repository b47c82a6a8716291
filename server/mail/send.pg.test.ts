import { createServer, type Socket } from 'node:net';
import { eq } from 'drizzle-orm';
import { expect, onTestFinished } from 'vitest';
import { outboundMail } from '../../db/schema/mail.ts';
import { disclosure } from '../../db/schema/service.ts';
import type { Deps } from '../deps.ts';
import { parseEnv } from '../env.ts';
import { testDeps } from '../testing/deps.ts';
import { insertCustomer } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { queueMail } from './queue.ts';
import { sendMailJob } from './send.ts';

/** A mail server that takes every letter, and what it took. */
async function mailServer(): Promise<{ url: string; taken: string[] }> {
  const taken: string[] = [];
  const server = createServer((socket: Socket) => {
    let letter: string | null = null;
    socket.on('error', () => {});
    socket.write('220 test\r\n');
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        if (letter !== null && line !== '.') letter += `${line}\n`;
        else if (letter !== null) {
          taken.push(letter);
          letter = null;
          socket.write('250 taken\r\n');
        } else if (line.startsWith('DATA')) {
          letter = '';
          socket.write('354 go on\r\n');
        } else socket.write(line.startsWith('QUIT') ? '221 bye\r\n' : '250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `smtp://127.0.0.1:${port}`, taken };
}

async function send(deps: Deps, { optional = false } = {}): Promise<string> {
  const { subjectId } = await insertCustomer(deps);
  const now = deps.clock();
  const { db } = deps.connection;
  await db.transaction((tx) =>
    queueMail(tx, deps.vault, {
      subjectId,
      template: 'password_changed',
      params: { notMe: 'https://privacy.example.test/security/not-me' },
      dedupeKey: subjectId,
      now,
    }),
  );
  const [mail] = await db.select().from(outboundMail).where(eq(outboundMail.subjectId, subjectId));
  await db.update(outboundMail).set({ optional }).where(eq(outboundMail.subjectId, subjectId));
  const signal = new AbortController().signal;
  await db.transaction((tx) =>
    sendMailJob.run({ deps, tx, payload: { mailId: mail?.id ?? '' }, now, attempt: 1, signal }),
  );
  return subjectId;
}

test('a letter that is handed to the mail provider leaves a disclosure; one that stays here does not', async ({
  connection,
}) => {
  await send(testDeps(connection));
  expect(await connection.db.$count(disclosure)).toBe(0);
  const { url, taken } = await mailServer();
  const subjectId = await send(
    testDeps(connection, { env: parseEnv({ SMTP_URL: url, LOG_LEVEL: 'silent' }) }),
  );
  expect(taken).toHaveLength(1);
  const rows = await connection.db.select().from(disclosure);
  expect(rows).toMatchObject([
    {
      subjectId,
      recipient: 'northmail',
      tableName: 'outbound_mail',
      columnNames: ['to_address', 'subject_line', 'body_text'],
      purpose: 'service_notices',
    },
  ]);
  const invited = await send(
    testDeps(connection, { env: parseEnv({ SMTP_URL: url, LOG_LEVEL: 'silent' }) }),
    { optional: true },
  );
  expect(
    await connection.db.select().from(disclosure).where(eq(disclosure.subjectId, invited)),
  ).toMatchObject([{ purpose: 'marketing' }]);
});
