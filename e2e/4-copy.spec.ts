import { createHash } from 'node:crypto';
import { filesOf } from './archive.ts';
import { comeAs, expect, persona, test } from './fixtures.ts';

test('a copy is asked for, watched, downloaded, checked against its manifest, and deleted', async ({
  page,
}) => {
  await comeAs(page, 'customer');
  await page.getByRole('link', { name: 'Take a copy' }).click();
  await page.getByRole('button', { name: 'Start the copy' }).click();
  await expect(
    page.getByRole('heading', { level: 1, name: /^Copy of your data R-/ }),
  ).toBeVisible();
  await expect(page.getByRole('region', { name: 'Your copy' })).toBeVisible({ timeout: 60_000 });
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download', exact: true }).click(),
  ]);
  const files = await filesOf(await file.path());
  const manifest: {
    files: { path: string; bytes: number; rows: number | null; sha256: string }[];
  } = JSON.parse(files.get('manifest.json')?.toString() ?? '{}');
  expect(manifest.files.length).toBeGreaterThan(10);
  for (const { path, bytes, sha256 } of manifest.files) {
    const content = files.get(path) ?? Buffer.alloc(0);
    expect(content.length, path).toBe(bytes);
    expect(createHash('sha256').update(content).digest('hex'), path).toBe(sha256);
  }
  expect([...files.values()].some((content) => content.includes(persona('customer').email))).toBe(
    true,
  );
  await page.getByRole('button', { name: 'Delete this copy now' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete this copy now' }).click();
  await expect(page.getByText('You deleted this copy on')).toBeVisible();
  await page.goto('/outbox');
  await expect(page.getByRole('heading', { name: /^Your copy is ready/ }).first()).toBeVisible();
});
