import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { eq } from 'drizzle-orm';
import { expect, onTestFinished } from 'vitest';
import { recoveryCode, session } from '../db/schema/auth.ts';
import { createApp } from './app.ts';
import { testDeps } from './testing/deps.ts';
import { insertCustomer, signedInAs } from './testing/people.ts';
import { test } from './testing/pg.ts';

const PUBLIC = 'http://localhost:3000';

test.for(['account.setSupportAccess', 'auth.makeRecoveryCodes'])(
  'what is asked in a session that ends before the whole call has come is refused: %s',
  async (path, { connection }) => {
    const told = testDeps(connection);
    let whole = false;
    /** Whether the whole call had come each time somebody asked what time it is. */
    const asked: boolean[] = [];
    const clock = () => {
      asked.push(whole);
      return told.clock();
    };
    const deps = { ...told, clock };
    const ada = await insertCustomer(told);
    const { tokens } = await signedInAs(told, ada, { now: told.clock() });
    const server = createServer(createApp(deps, (_req, res) => void res.end()));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const body = path === 'account.setSupportAccess' ? '{"allowed":false}' : '{}';
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    const head = [
      `POST /trpc/${path} HTTP/1.1`,
      'Host: localhost:3000',
      `Origin: ${PUBLIC}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      `Cookie: sid=${tokens.user}`,
      'Connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    await once(server, 'request');
    // What the headers alone set going needs nothing but turns of the loop until it asks for the time.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));
    await connection.db.delete(session).where(eq(session.subjectId, ada.subjectId));
    whole = true;
    socket.write(body);
    await once(socket, 'close');
    expect(asked).toContain(true);
    expect(asked).not.toContain(false);
    expect(answer).toContain('401 Unauthorized');
    expect(answer).toContain('SIGNED_OUT');
    const codes = await connection.db
      .select({ hash: recoveryCode.codeHash })
      .from(recoveryCode)
      .where(eq(recoveryCode.subjectId, ada.subjectId));
    expect(codes.map(({ hash }) => hash).sort()).toEqual(
      ada.recoveryCodes
        .map((code) => deps.vault.hashToken('recovery_code', code.replace(/-/g, '')))
        .sort(),
    );
  },
);
