import type { Page } from 'playwright/test';
import { comeAs, expect, freshCode, persona, signIn, stepUpIfAsked, test } from './fixtures.ts';
import { keepFactors } from './keep-factors.ts';
import { lookInBoth } from './look.ts';

const CUSTOMER = 'customer-california';
const NAME = 'Blue key';

const banner = (page: Page, said: string) => page.getByRole('alert').filter({ hasText: said });
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const methods = (page: Page) => page.getByRole('region', { name: 'Sign-in methods' });

/** A device that verifies its person by itself, as long as the page is open. @returns what switches it off */
async function withDevice(page: Page): Promise<(present: boolean) => Promise<unknown>> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: false,
    },
  });
  return (enabled) =>
    cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
}

const BEGUN = /auth\.beginPasskeySignIn/;
const SIGNED = /auth\.signInWithPasskey/;

/** Holds back the next request to an address. @returns what lets it go */
async function holdNext(page: Page, address: RegExp): Promise<() => void> {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(
    address,
    async (route) => {
      await held;
      await route.continue();
    },
    { times: 1 },
  );
  return letGo;
}

/** Has the next prompt for a passkey reach the device only when the page is told `answer`. */
const holdPrompt = (page: Page) =>
  page.evaluate(() => {
    const { credentials } = navigator;
    const get = credentials.get.bind(credentials);
    credentials.get = async (options) => {
      if (options?.mediation === 'conditional') return get(options);
      credentials.get = get;
      const answered = new Promise((resolve) =>
        window.addEventListener('answer', resolve, { once: true }),
      );
      document.documentElement.dataset['prompt'] = 'open';
      await answered;
      delete document.documentElement.dataset['prompt'];
      return get(options);
    };
  });

/**
 * Signs out, and signs in by the button while what the browser offers comes late, with the prompt open. The
 * device is there before it is asked: one that was asked while nobody was there never answers.
 */
async function signInByButton(page: Page, present: (there: boolean) => Promise<unknown>) {
  const letOfferGo = await holdNext(page, BEGUN);
  const offer = page.waitForRequest(BEGUN);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
  await expect(page.getByLabel('E-mail address')).toHaveAttribute(
    'autocomplete',
    'username webauthn',
  );
  const late = await offer;
  await holdPrompt(page);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-prompt', 'open');
  letOfferGo();
  await (await late.response())?.finished();
  await present(true);
  await page.evaluate(() => window.dispatchEvent(new Event('answer')));
}

let giveBack: () => Promise<void>;
test.beforeEach(async () => {
  giveBack = await keepFactors();
});
test.afterEach(() => giveBack());

test('a passkey is added, signs in alone and once, confirms a step, and is gone when it is removed', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const present = await withDevice(page);
  await comeAs(page, CUSTOMER, '/security');
  await expect(methods(page)).toContainText('Your only one, so it cannot be removed.');
  await expect(page.getByRole('button', { name: /^Remove/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name').fill(NAME);
  await present(true);
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await stepUpIfAsked(page, CUSTOMER, banner(page, 'The passkey was added'));
  await present(false);
  await expect(methods(page)).toContainText(NAME);
  await expect(page.getByRole('button', { name: /^Remove/ })).toHaveCount(2);
  await lookInBoth(page, 'sign-in methods with a passkey and an app');

  await signInByButton(page, present);
  await expect(heading(page, 'Overview')).toBeVisible();

  // Offered among what the browser fills in, it needs no button: this device takes it at once. A button that
  // is pressed all the same, while that sign-in is on its way, begins no second one.
  let begun = 0;
  page.on('request', (request) => {
    if (BEGUN.test(request.url())) begun += 1;
  });
  const letSignIn = await holdNext(page, SIGNED);
  const filledIn = page.waitForRequest(SIGNED);
  await page.getByRole('button', { name: 'Sign out' }).click();
  const taken = await filledIn;
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  letSignIn();
  expect((await taken.response())?.ok()).toBe(true);
  await expect(heading(page, 'Overview')).toBeVisible();
  expect(begun).toBe(1);
  await present(false);

  await page.getByRole('link', { name: 'Security', exact: true }).first().click();
  await expect(page.getByRole('list', { name: 'Open sessions' })).toContainText('with passkey,');
  await page.getByRole('button', { name: `Remove ${NAME}` }).click();
  await page
    .getByRole('dialog', { name: `Remove ${NAME}` })
    .getByRole('button', { name: 'Remove' })
    .click();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await expect(dialog.getByLabel('Code')).toBeVisible();
  await present(true);
  await dialog.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(banner(page, `${NAME} was removed`)).toBeVisible();
  await expect(methods(page)).not.toContainText(NAME);
  await present(false);
  await signInByButton(page, present);
  await expect(banner(page, 'There is a problem')).toContainText('passkey was not accepted');
});

test('what waits for a factor is not done to the account of somebody who signs in meanwhile in another tab', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await comeAs(page, CUSTOMER, '/security');
  await page.getByRole('button', { name: 'Add an authenticator app' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await expect(dialog).toBeVisible();
  const tab = await page.context().newPage();
  await signIn(tab, 'customer-heavy');
  const { totpSecret } = persona('customer-heavy');
  await dialog.getByLabel('Code').fill(await freshCode(totpSecret ?? ''));
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('Somebody else has signed in in this browser').first()).toBeVisible();
  await expect(page.getByText('Scan this with your authenticator app')).toHaveCount(0);
  await tab.goto('/security');
  await expect(methods(tab)).toContainText('Your only one, so it cannot be removed.');
  await tab.close();
});
