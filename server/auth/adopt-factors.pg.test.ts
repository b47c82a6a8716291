import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { testDeps } from '../testing/deps.ts';
import { insertCustomer, signInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { codeOf } from '../testing/refused.ts';
import { adoptFactors } from './adopt-factors.ts';
import { attempt, giveRecoveryCode, start } from './testing.ts';

const NAME = '0020_passkeys.sql';
/** The part that marks what there was: the last statements of the migration. */
const marking = () =>
  readFileSync(join(import.meta.dirname, '../../db/migrations', NAME), 'utf8')
    .split(';')
    .filter((statement) => /UPDATE|DELETE FROM/.test(statement) && !/GRANT/.test(statement));

test('who could sign in before passkeys still can after the first start, and nobody by a row that was written since', async ({
  connection,
  owner,
}) => {
  const deps = testDeps(connection);
  const people = [];
  for (const name of ['Ada', 'Bea', 'Eve']) people.push(await insertCustomer(deps, { name }));
  const [ada, bea, eve] = people;
  if (!ada || !bea || !eve) throw new Error('nobody');
  // As a database of before stands: proofs of apps say less, recovery codes have none.
  for (const row of await owner.sql`select id, subject_id, secret, created_at from totp_factor`) {
    const { id, subject_id: subject, secret, created_at: created } = row;
    const mac = deps.vault.rowMac('totp_factor', [
      id,
      subject,
      secret,
      new Date(created).toISOString(),
    ]);
    await owner.sql`update totp_factor set row_mac = ${mac} where id = ${id}`;
  }
  await owner.sql.begin(async (sql) => {
    for (const statement of marking()) await sql.unsafe(statement);
    await sql`update migration set hash = hash where name = ${NAME}`;
  });
  await owner.sql`update totp_factor set last_step = 0 where subject_id = ${bea.subjectId}`;
  await owner.sql`update recovery_code set subject_id = ${bea.subjectId} where subject_id = ${eve.subjectId}`;
  const now = start;
  expect(await codeOf(signInAs(deps, ada, { now }))).not.toBeNull();
  await Promise.all([adoptFactors(deps), adoptFactors(deps)]);
  await adoptFactors(deps);
  expect(await codeOf(signInAs(deps, ada, { now }))).toBeNull();
  const [code = ''] = ada.recoveryCodes;
  expect(await codeOf(giveRecoveryCode(deps, await attempt(deps, ada), code))).toBeNull();
  expect(await codeOf(signInAs(deps, bea, { now }))).not.toBeNull();
  const [hers = ''] = eve.recoveryCodes;
  expect(await codeOf(giveRecoveryCode(deps, await attempt(deps, bea), hers))).toBe('CODE_REFUSED');
});
