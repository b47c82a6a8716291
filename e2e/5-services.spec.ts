import { spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { comeAs, expect, portal, stepUpIfAsked, test } from './fixtures.ts';

type Client = typeof import('../server/services/index.ts');

const root = join(import.meta.dirname, '..');
const { dataDir } = portal;
const internalPort = String(portal.internalPort);
const url = `http://127.0.0.1:${internalPort}`;
const demo = JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8'));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const HEADER =
  'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time';

/** Runs a program to its end. */
function run(command: string, args: string[], { cwd = root, env = {} } = {}) {
  const done = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return { code: done.status, out: done.stdout, err: done.stderr, all: done.stdout + done.stderr };
}

/** The example of the README, as it stands there. */
function readmeExample(): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const example = /^## Services\n.*?```ts\n(.*?)```/ms.exec(readme)?.[1];
  if (!example) throw new Error('the README shows no example');
  return example;
}

/** The typed client as it was built for services. */
async function mailer() {
  const built = pathToFileURL(join(root, 'dist/client-package/index.js')).href;
  const { createPortalClient }: Client = await import(built);
  return createPortalClient({
    url,
    service: 'mailer',
    key: demo.services.mailer,
    scopes: ['consent.mayContact', 'account.lookup'],
    purpose: 'marketing',
  });
}

test('an empty project installs the typed client, compiles and runs the README’s example, and does not compile a call outside its scopes', () => {
  test.setTimeout(180_000);
  const project = mkdtempSync(join(tmpdir(), 'portal-client-'));
  try {
    // The two packages it needs come as files too, so that nothing has to be fetched.
    const packages = ['dist/client-package', 'node_modules/jose', 'node_modules/zod'];
    const pack = ['pack', ...packages.map((path) => join(root, path)), '--ignore-scripts'];
    const packed = run(npm, [...pack, '--pack-destination', project, '--json'], { cwd: project });
    expect(packed.code, packed.all).toBe(0);
    const files = JSON.parse(packed.out).map(
      ({ filename }: { filename: string }) => `./${filename}`,
    );
    writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}');
    const installed = run(npm, ['install', ...files, '--offline', '--no-audit', '--no-fund'], {
      cwd: project,
    });
    expect(installed.code, installed.all).toBe(0);

    const example = readmeExample();
    writeFileSync(join(project, 'example.ts'), example);
    writeFileSync(
      join(project, 'outside.ts'),
      `${example}\nawait portal.usage.report({ rows: [] });\n`,
    );
    const compile = (file: string) =>
      run(
        process.execPath,
        [
          join(root, 'node_modules/@typescript/native/bin/tsc'),
          ...['--strict', '--target', 'es2023', '--lib', 'es2023,dom', '--module', 'nodenext'],
          ...['--types', 'node', '--typeRoots', join(root, 'node_modules/@types'), file],
        ],
        { cwd: project },
      );
    expect(compile('example.ts')).toMatchObject({ code: 0, all: '' });
    const outside = compile('outside.ts');
    expect(outside.code).not.toBe(0);
    expect(outside.all).toContain("Property 'usage' does not exist");

    const ran = run(process.execPath, ['example.js'], {
      cwd: project,
      env: { PORTAL_URL: url, DATA_DIR: dataDir },
    });
    expect(ran.code, ran.all).toBe(0);
    expect(ran.out).toContain(`News to ${demo.customers[0]}: `);
    expect(ran.out).toContain(`Service mail goes to ${demo.personas.customer.email}`);
    expect(ran.out).toContain('The phone number: PURPOSE_NOT_ALLOWED');
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});

test('the example scheduler reports a trace once, and a damaged copy line by line without losing a good one', () => {
  const dir = mkdtempSync(join(tmpdir(), 'portal-trace-'));
  const day = new Date(Date.now() - 40 * 86_400_000).toISOString().slice(0, 10);
  const report = (name: string, lines: string[]) => {
    const path = join(dir, name);
    writeFileSync(path, `${[HEADER, ...lines].join('\n')}\n`);
    return run(
      process.execPath,
      [join(root, 'dist/server/example-report.js'), path, '--epoch', day],
      { env: { DATA_DIR: dataDir, INTERNAL_PORT: internalPort } },
    );
  };
  const pod = (number: number, rest = '1000,2048,1,500,T4,LS,Succeeded,0,3600,60') =>
    `e2e-pod-${number},${rest}`;
  try {
    const good = Array.from({ length: 1_200 }, (_, index) => pod(index));
    expect(report('pods.csv', good).out).toBe(
      '1200 GPU sessions taken, 0 known, 0 refused; 0 pods never ran.\n',
    );
    expect(report('pods.csv', good).out).toBe(
      '0 GPU sessions taken, 1200 known, 0 refused; 0 pods never ran.\n',
    );
    const damaged = report('damaged.csv', [
      pod(0),
      pod(1, '2000,2048,1,500,T4,LS,Succeeded,0,3600,60'),
      pod(5_000, '1000,2048,two,500,T4,LS,Succeeded,0,3600,60'),
      pod(5_001, '1000,-1,1,500,T4,LS,Succeeded,0,3600,60'),
      pod(5_002, '1000,2048,1,1500,T4,LS,Succeeded,0,3600,60'),
      pod(5_003, '1000,2048,0,500,T4,LS,Succeeded,0,3600,60'),
      pod(5_004, '1000,2048,1,500,T4,LS,Succeeded,0,30,60'),
      pod(5_005, '1000,2048,1,500,T4,LS,Succeeded,0,9000000,60'),
      pod(5_006, '1000,2048,1,500,=1+1,LS,Succeeded,0,3600,60'),
      pod(5_007, '1000,2048,1,500,T4,LS,Dreaming,0,3600,60'),
      '../etc/passwd,1000,2048,1,500,T4,LS,Succeeded,0,3600,60',
      'e2e-pod-5008,1000',
      `"${pod(5_009)}`,
      '',
      pod(9_999),
    ]);
    expect(damaged.out).toBe('1 GPU sessions taken, 1 known, 13 refused; 0 pods never ran.\n');
    expect(damaged.err.trim().split('\n')).toEqual([
      'line 3: KEY_HAS_OTHER_CONTENT key',
      'line 4: ROW_UNREADABLE gpuCount',
      'line 5: ROW_UNREADABLE memoryMib',
      'line 6: ROW_UNREADABLE milliGpu',
      'line 7: ROW_UNREADABLE milliGpu',
      'line 8: ROW_UNREADABLE endedAt',
      'line 9: TIME_TO_COME endedAt',
      'line 10: ROW_UNREADABLE gpuType',
      'line 11: pod_phase is none of Running, Succeeded, Failed, Pending',
      'line 12: ROW_UNREADABLE key',
      'line 13: 2 fields instead of 11',
      'line 14: a quote is not closed or stands in the middle of a field',
      'line 15: 0 fields instead of 11',
    ]);
    expect(damaged.code).toBe(1);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('a yes taken back on the page stops the mailer at once', async ({ page }) => {
  const portal = await mailer();
  await comeAs(page, 'customer', '/communication');
  const mail = page.getByRole('group', { name: 'Events' }).getByRole('switch', { name: 'E-mail' });
  if (!(await mail.isChecked())) await mail.click();
  await expect(mail).toBeChecked();
  const ask = () =>
    portal.consent.mayContact({
      subjectId: demo.customers[0],
      topic: 'events',
      channel: 'email',
    });
  await expect.poll(async () => (await ask()).allowed).toBe(true);
  const clicked = Date.now();
  await mail.click();
  let answer = await ask();
  while (answer.allowed && Date.now() - clicked < 10_000) answer = await ask();
  const blockedAfter = Date.now() - clicked;
  expect(answer).toMatchObject({ allowed: false, reason: 'withdrawn' });
  test.info().annotations.push({ type: 'click to block', description: `${blockedAfter} ms` });
  expect(blockedAfter).toBeLessThan(2_000);
});

test.describe('without JavaScript and signed out', () => {
  test.use({ javaScriptEnabled: false });
  test('the link in a message stops it at the press of its button, not when it is opened', async ({
    page,
    another,
  }) => {
    const portal = await mailer();
    const ask = () =>
      portal.consent.mayContact({
        subjectId: demo.customers[0],
        topic: 'events',
        channel: 'email',
      });
    const theirs = await another();
    await comeAs(theirs, 'customer', '/communication');
    const mail = theirs
      .getByRole('group', { name: 'Events' })
      .getByRole('switch', { name: 'E-mail' });
    if (!(await mail.isChecked())) await mail.click();
    await expect.poll(async () => (await ask()).allowed).toBe(true);
    const [, link = ''] =
      /^<(.+)>$/.exec((await ask()).unsubscribe?.['List-Unsubscribe'] ?? '') ?? [];

    await page.goto(link);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      'Stop news about events by e-mail',
    );
    expect((await ask()).allowed).toBe(true);
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: 'Stop news about events' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('status')).toContainText('news about events by e-mail is now off');
    expect(await ask()).toMatchObject({ allowed: false, reason: 'withdrawn', unsubscribe: null });

    await theirs.reload();
    await expect(mail).not.toBeChecked();
  });
});

test('who looked says what a service asked and saw, and your data says what was passed on', async ({
  page,
}) => {
  const portal = await mailer();
  await portal.account.lookup(
    { account: { subjectId: demo.customers[0] }, fields: ['account.email'] },
    { purpose: 'service_notices' },
  );
  await comeAs(page, 'customer', '/who-looked');
  await page.getByLabel('Show').selectOption('service');
  const read = page.getByRole('row').filter({ hasText: 'Fields: E-mail address.' }).first();
  await expect(read).toContainText('Mailer service');
  await expect(read).toContainText('To tell you what you need to know about your account');
  const asked = page.getByRole('row').filter({ hasText: 'Asked whether you may be written to' });
  await expect(asked.first()).toContainText('Events (E-mail): it may not.');
  await page.goto('/data/account');
  const account = page.getByRole('region', { name: 'Account', exact: true });
  await account.getByText('Purpose, lawful basis and recipients, field by field').click();
  const passedOn = account.getByRole('table', { name: 'What was passed on last of Account' });
  await expect(passedOn.getByRole('row').filter({ hasText: 'Mailer' })).toContainText(
    'E-mail address',
  );
});

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

test('an administrator is told what a service may not, when a key is its last, and that a key is never given twice', async ({
  page,
}) => {
  const dir = mkdtempSync(join(tmpdir(), 'portal-key-'));
  try {
    const path = join(dir, 'ledger.pem');
    writeFileSync(path, pem(generateKeyPairSync('ed25519').publicKey));
    const done = run(
      process.execPath,
      [
        'dist/server/admin.js',
        ...['services', 'add', 'ledger', path, '--name', 'Ledger', '--about', 'Writes the books.'],
      ],
      { env: { DATA_DIR: dataDir, PORT: new URL(portal.url).port } },
    );
    expect(done.code, done.all).toBe(0);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  await comeAs(page, 'administrator', '/console/services');
  const scopes = page.getByRole('region', { name: 'What Ledger may call' });
  await expect(scopes.getByText('Ledger may call nothing')).toBeVisible();
  await expect(scopes.getByRole('table')).toHaveCount(0);
  await expect(page.getByRole('table', { name: 'What Mailer may call' })).toBeVisible();

  const keys = page.getByRole('region', { name: 'Keys of Ledger' });
  const add = async (publicKey: string) => {
    const form = page.getByRole('form', { name: 'Add a key for Ledger' });
    if (!(await form.isVisible())) await page.getByText('Add a key for Ledger').click();
    await form.getByLabel('Public key').fill(publicKey);
    await form.getByRole('button', { name: 'Add this key' }).click();
  };
  await add(pem(createPublicKey(demo.services.mailer.privateKeyPem)));
  const known = page.getByText(/^A service has or had this key\./).first();
  await stepUpIfAsked(page, 'administrator', known);
  await expect(keys.getByRole('row')).toHaveCount(2);

  const retire = page.getByRole('dialog', { name: /^Retire the key ledger-/ });
  const only = retire.getByText(/^This is the only active key of Ledger\. Once it is retired/);
  await keys.getByRole('button', { name: /^Retire/ }).click();
  await expect(only).toBeVisible();
  await retire.getByRole('button', { name: 'Cancel' }).click();
  await add(pem(generateKeyPairSync('ed25519').publicKey));
  await stepUpIfAsked(page, 'administrator', page.getByText(/^The key ledger-.* is active\.$/));
  await keys
    .getByRole('button', { name: /^Retire/ })
    .first()
    .click();
  await expect(
    retire.getByText('Make sure that the service signs with another key.'),
  ).toBeVisible();
  await expect(only).toHaveCount(0);
  await retire.getByRole('button', { name: 'Retire' }).click();
  await stepUpIfAsked(page, 'administrator', page.getByText(/^The key ledger-.* is retired\.$/));

  await keys.getByRole('button', { name: /^Retire/ }).click();
  await expect(only).toBeVisible();
  await retire.getByRole('button', { name: 'Retire' }).click();
  await expect(page.getByText('No key is active: Ledger can call nothing')).toBeVisible();
});
