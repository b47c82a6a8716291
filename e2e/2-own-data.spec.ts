import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import {
  comeAs,
  expect,
  linkFromMail,
  persona,
  portal,
  signInWithRecoveryCode,
  stepUp,
  test,
} from './fixtures.ts';
import { withSql } from './with-sql.ts';

test('the overview tells the state of the person, and each card leads on', async ({ page }) => {
  await comeAs(page, 'customer');
  const cards = page.getByRole('list', { name: 'State of your account' }).getByRole('listitem');
  await expect(cards).toHaveCount(4);
  await expect(cards.filter({ hasText: 'Protected' })).toContainText('second factor');
  await page.getByRole('link', { name: 'See who looked' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Who looked' })).toBeVisible();
});

test('your data shows values with purpose, source, recipients and the day each goes', async ({
  page,
}) => {
  await comeAs(page, 'customer');
  await page.getByRole('link', { name: 'What we hold' }).click();
  await page.getByRole('link', { name: 'Open Account' }).click();
  const account = page.getByRole('region', { name: 'Account', exact: true });
  await expect(account).toContainText(persona('customer').displayName);
  await expect(account).toContainText('Given by you');
  await expect(account).toContainText('To run your account');
  await expect(account).toContainText('Northmail, United States (Standard contractual clauses)');
  await expect(account).toContainText('with your account');
  await page.goto('/data/usage');
  await expect(
    page
      .getByRole('region', { name: 'GPU sessions' })
      .first()
      .getByRole('columnheader', { name: 'Deletion' }),
  ).toBeVisible();
});

test('an address that names nothing says so, as any other that is not ours', async ({ page }) => {
  await comeAs(page, 'customer-heavy');
  for (const path of [
    '/nowhere',
    '/data/nothing',
    '/data/usage/nothing',
    '/requests/R-NOTHING',
    '/cases/T-NOTHING',
  ]) {
    await page.goto(path);
    await expect(
      page.getByRole('heading', { level: 1, name: 'There is no such page' }),
      path,
    ).toBeVisible();
  }
});

test('a category with nothing in it says so, and a search finds what is not sealed', async ({
  page,
}) => {
  await comeAs(page, 'customer', '/data');
  await expect(page.getByText('We hold none').first()).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search your data' }).fill('frankfurt');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByRole('heading', { name: 'Results for “frankfurt”' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'GPU sessions' }).first()).toBeVisible();
});

test('a long table goes on page by page, counts up to its cap, and downloads as CSV', async ({
  page,
}) => {
  await comeAs(page, 'customer-heavy', '/data/usage/gpuSession');
  await expect(page.getByText('10,000+ entries').first()).toBeVisible();
  const rows = page.getByRole('table', { name: 'GPU sessions' }).getByRole('row');
  await expect(rows).toHaveCount(51);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(rows).toHaveCount(101);
  await page.goto('/data/usage/sshKey');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download as CSV' }).click(),
  ]);
  const text = readFileSync(await file.path(), 'utf8');
  expect(text.split('\r\n')[0]).toContain('Deletes on');
});

test('a correction is saved in place and kept in the history', async ({ page }) => {
  await comeAs(page, 'customer-california', '/account');
  await page.getByRole('button', { name: 'Change Name' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('link', { name: 'Enter your name.' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Marisol D. Delgado');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Name was changed.' })).toBeVisible();
  await expect(page.getByRole('table', { name: 'History of corrections' })).toContainText(
    'Marisol D. Delgado',
  );
});

test('a new e-mail address holds after its mailbox confirms, and the old mailbox can undo it, once nobody else has the old one', async ({
  page,
}) => {
  await signInWithRecoveryCode(page, 'customer-california');
  const taking = await takerOfAddress();
  await page.goto('/account');
  await page.getByRole('button', { name: 'Change E-mail address' }).click();
  await page.getByLabel('New e-mail address').fill('marisol.new@example.org');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await stepUp(page, 'customer-california');
  await expect(
    page.getByRole('alert').filter({ hasText: 'We sent a link to marisol.new@example.org' }),
  ).toBeVisible();
  await page.goto(await linkFromMail(page, 'Confirm your new e-mail address'));
  await page.getByRole('button', { name: 'Use this address' }).click();
  await stepUp(page, 'customer-california');
  await expect(
    page.getByRole('alert').filter({ hasText: 'Your address is now marisol.new@example.org' }),
  ).toBeVisible();
  const undo = await linkFromMail(page, 'Your e-mail address was changed');
  await taking.take();
  await page.goto(undo);
  await page.getByRole('button', { name: 'Keep the old address' }).click();
  const failed = page.getByRole('alert').filter({ hasText: 'could not be put back' });
  await expect(failed).toBeFocused();
  await expect(failed).toContainText('open the link in our letter again');
  await expect(page.getByRole('button', { name: 'Keep the old address' })).toBeHidden();
  await taking.giveBack();
  await page.goto('about:blank');
  await page.goto(undo);
  await page.getByRole('button', { name: 'Keep the old address' }).click();
  await expect(
    page.getByRole('alert').filter({ hasText: 'The old address is back in force' }),
  ).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await signInWithRecoveryCode(page, 'customer-california');
});

test('usage records from elsewhere become GPU sessions once, and a damaged file loads nothing', async ({
  page,
}, testInfo) => {
  const header =
    'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time';
  const [good, bad] = [testInfo.outputPath('good.csv'), testInfo.outputPath('bad.csv')];
  writeFileSync(
    good,
    `${header}\nimported-pod-7,12000,16384,1,500,V100M32,LS,Succeeded,0,7200,100\nnever-ran,1000,1024,0,0,,BE,Pending,0,50,\n`,
  );
  writeFileSync(
    bad,
    `${header}\nimported-pod-8,12000,16384,1,1500,,LS,Succeeded,0,7200,100\nimported-pod-9,x,16384,1,500,,LS,Succeeded,0,7200,100\n`,
  );
  const day = new Date(Date.now() - 40 * 86_400_000).toISOString().slice(0, 10);
  const load = (file: string) =>
    spawnSync(
      process.execPath,
      [
        'dist/server/admin.js',
        'load-usage',
        file,
        '--epoch',
        day,
        '--for',
        persona('customer-california').email,
      ],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          DATA_DIR: portal.dataDir,
          PORT: new URL(portal.url).port,
        },
      },
    );
  const damaged = load(bad);
  expect(damaged.status).toBe(1);
  expect(damaged.stderr).toContain('line 2: gpu_milli');
  expect(damaged.stderr).toContain('line 3: cpu_milli');
  expect(load(good).stdout).toContain(
    '1 GPU sessions loaded, 0 were there already, 1 pods never ran.',
  );
  expect(load(good).stdout).toContain('0 GPU sessions loaded, 1 were there already');
  await comeAs(page, 'customer-california', '/data/usage/gpuSession');
  await page.getByRole('searchbox', { name: 'Search these entries' }).fill('imported-pod-7');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByRole('table', { name: 'GPU sessions' }).getByRole('row')).toHaveCount(2);
});

test('who looked lists acts of the person, of staff and of services, with why', async ({
  page,
}) => {
  await comeAs(page, 'customer', '/who-looked');
  const log = page.getByRole('table', { name: 'Log' });
  await expect(log).toContainText('Signed in');
  await page.getByLabel('Show', { exact: true }).selectOption('staff');
  await expect(log).toContainText('Support agent');
  await expect(log).toContainText('To answer what you ask us');
  await page.getByLabel('Show', { exact: true }).selectOption('service');
  await expect(log.getByRole('row').nth(1)).toBeVisible();
});

test('the policy prints its lists from the data map, and needs no sign-in', async ({ page }) => {
  await page.goto('/policy');
  await expect(page.getByRole('heading', { level: 1, name: 'Privacy policy' })).toBeVisible();
  for (const list of [
    'What your account collects',
    'What your use collects',
    'What devices and connections reveal',
  ]) {
    await expect(page.getByRole('table', { name: list }).getByRole('row').nth(2)).toBeVisible();
  }
  for (const name of ['privacy', 'dpo', 'support', 'legal']) {
    await expect(
      page
        .getByRole('table', { name: 'Address' })
        .getByRole('link', { name: `${name}@easellm.com` }),
    ).toBeVisible();
  }
});

/** Another account that can take the address of whoever has just signed in, and give it back. */
async function takerOfAddress() {
  const [wanted, taker] = await withSql(async (sql) => {
    const [latest] = await sql<{ subject: string; index: string }[]>`
      select a.subject_id as subject, a.email_index as index from session s join account a using (subject_id)
      where s.kind = 'user' order by s.created_at desc limit 1`;
    if (!latest) throw new Error('nobody has signed in');
    const [other] = await sql<{ subject: string; index: string }[]>`
      select subject_id as subject, email_index as index from account
      where subject_id <> ${latest.subject} and role = 'customer' order by created_at limit 1`;
    if (!other) throw new Error('there is nobody else');
    return [latest.index, other] as const;
  });
  const set = (index: string) =>
    withSql(
      (sql) => sql`update account set email_index = ${index} where subject_id = ${taker.subject}`,
    );
  return { take: () => set(wanted), giveBack: () => set(taker.index) };
}
