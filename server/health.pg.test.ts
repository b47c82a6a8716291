import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { supportTicket } from '../db/schema/support.ts';
import { parseEnv } from './env.ts';
import { createHealthApp } from './health.ts';
import { testDeps } from './testing/deps.ts';
import { insertCustomer } from './testing/people.ts';
import { test } from './testing/pg.ts';
import { insertTicket } from './testing/tickets.ts';

const TOKEN = 'a token of sixteen letters and more';

test('operators read what is open and late, with the token alone, and nothing of anybody', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const env = parseEnv({ DATA_DIR: deps.env.DATA_DIR, METRICS_TOKEN: TOKEN, LOG_LEVEL: 'silent' });
  const server = createServer(createHealthApp({ ...deps, env })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const read = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
    return { status: answer.status, text: await answer.text() };
  };
  const ada = await insertCustomer(deps);
  const { reference } = await insertTicket(deps, ada);
  const open = async () =>
    (await read(`Bearer ${TOKEN}`)).text.match(/^portal_(?:cases|requests)_open\{.*$/gm);
  expect(await open()).toEqual(['portal_cases_open{kind="question",overdue="false"} 1']);
  await connection.db.update(supportTicket).set({ dueAt: new Date(Date.now() - 60_000) });
  expect(await open()).toEqual(['portal_cases_open{kind="question",overdue="true"} 1']);
  const { text } = await read(`Bearer ${TOKEN}`);
  expect(text).toContain('\nportal_addresses_tried 0\n');
  for (const personal of [ada.subjectId, ada.email, reference])
    expect(text).not.toContain(personal);
  for (const other of [undefined, 'Bearer another', TOKEN])
    expect((await read(other)).status).toBe(404);
});
