import type { Locator, Page } from 'playwright/test';

/** Nobody; somebody whose password was right and whose code is asked for; somebody signed in. */
export type State = 'out' | 'midway' | 'in';
type Visit = {
  /** Address to open, where it is not the path itself; `R` is the reference of a finished copy. */
  at?: string;
  h1: string | RegExp;
  /** What is there once the data has come. */
  shows?: (page: Page) => Locator;
  /** Done before looking, for what only appears then. */
  first?: (page: Page) => Promise<void>;
};
const button = (name: string) => (page: Page) => page.getByRole('button', { name }).first();
const table = (page: Page) => page.getByRole('table').first();
const region = (name: string | RegExp) => (page: Page) =>
  page.getByRole('region', { name }).first();
const letter = (page: Page) => page.getByRole('main').getByRole('heading', { level: 2 }).first();
const problem = (page: Page) => page.getByRole('alert').filter({ hasText: 'There is a problem' });
const submit = (name: string) => (page: Page) =>
  page.getByRole('main').getByRole('button', { name }).click();
/** Has the form of a mailed token, so that the page asks to press; nobody was sent it. */
const TOKEN = `#${'A'.repeat(43)}`;

/** Every path of the client, with the states in which it differs and what each shows. */
export const pages: Record<string, Partial<Record<State, Visit[]>>> = {
  '/sign-in': {
    out: [
      { h1: 'Sign in', shows: button('Continue') },
      { h1: 'Sign in', first: submit('Continue'), shows: problem },
    ],
  },
  '/sign-in/code': {
    out: [{ h1: 'Start again' }],
    midway: [{ h1: 'Enter your code', shows: button('Sign in') }],
  },
  '/sign-in/recovery-code': {
    out: [{ h1: 'Start again' }],
    midway: [{ h1: 'Use a recovery code', shows: button('Sign in') }],
  },
  '/sign-in/forgot': {
    out: [{ h1: 'Set a new password', shows: button('Send the link') }],
  },
  '/sign-in/reset': {
    out: [
      { h1: /./ },
      { at: `/sign-in/reset${TOKEN}`, h1: 'Set a new password', shows: button('Continue') },
    ],
  },
  // Its steps are looked at on the way through them, below.
  '/enrol': { out: [{ h1: 'Start again' }] },
  '/verify': {
    out: [
      { h1: /./ },
      { at: `/verify${TOKEN}`, h1: 'Confirm your e-mail address', shows: button('Confirm') },
    ],
  },
  '/cookies': {
    out: [{ h1: 'Cookies', shows: table }],
    in: [{ h1: 'Cookies', shows: table }],
  },
  '/policy': {
    out: [{ h1: 'Privacy policy', shows: table }],
    in: [{ h1: 'Privacy policy', shows: table }],
  },
  '/receipt': {
    out: [
      { h1: 'Receipt of a deletion' },
      { h1: 'Receipt of a deletion', first: submit('Open the receipt'), shows: problem },
    ],
    in: [{ h1: 'Receipt of a deletion' }],
  },
  '/outbox': {
    out: [{ h1: 'Outbox of the demo', shows: letter }],
    in: [{ h1: 'Outbox of the demo', shows: letter }],
  },
  '/account/email/undo': {
    out: [{ h1: /./ }, { at: `/account/email/undo${TOKEN}`, h1: 'Keep your old e-mail address' }],
    in: [{ at: `/account/email/undo${TOKEN}`, h1: 'Keep your old e-mail address' }],
  },
  $: {
    out: [{ at: '/nothing-here', h1: 'There is no such page' }],
    in: [{ at: '/nothing-here', h1: 'There is no such page' }],
  },
  '/': { in: [{ h1: 'Overview', shows: (page) => page.getByRole('listitem').first() }] },
  '/data': {
    in: [
      { h1: 'Your data', shows: (page) => page.getByRole('link', { name: 'Open Account' }) },
      {
        h1: 'Your data',
        first: async (page) => {
          await page.getByRole('searchbox', { name: 'Search your data' }).fill('frankfurt');
          await page.getByRole('button', { name: 'Search' }).click();
        },
        shows: (page) => page.getByRole('heading', { name: 'Results for “frankfurt”' }),
      },
    ],
  },
  '/data/$section': {
    in: [
      { at: '/data/usage', h1: /./, shows: table },
      { at: '/data/account', h1: /./, shows: region('Account') },
    ],
  },
  '/data/$section/$table': {
    in: [{ at: '/data/usage/gpuSession', h1: /./, shows: button('Show more') }],
  },
  '/copy': { in: [{ h1: 'Take a copy', shows: button('Start the copy') }] },
  '/delete': { in: [{ h1: 'Delete your account', shows: table }] },
  '/delete/confirm': {
    in: [
      {
        h1: 'Confirm the deletion',
        first: submit('Delete my account'),
        shows: problem,
      },
    ],
  },
  '/who-looked': { in: [{ h1: 'Who looked', shows: table }] },
  '/communication': {
    in: [{ h1: 'Communication', shows: (page) => page.getByRole('switch').first() }],
  },
  '/account': {
    in: [
      { h1: 'Personal information', shows: button('Change Name') },
      {
        h1: 'Personal information',
        first: async (page) => {
          await page.getByRole('button', { name: 'Change Name' }).click();
          await page.getByRole('textbox', { name: 'Name', exact: true }).fill('');
          await page.getByRole('button', { name: 'Save' }).click();
        },
        shows: (page) => page.getByRole('link', { name: 'Enter your name.' }),
      },
    ],
  },
  '/account/email/confirm': {
    in: [
      { at: `/account/email/confirm${TOKEN}`, h1: 'Confirm your new e-mail address' },
      { h1: /./ },
    ],
  },
  '/security': { in: [{ h1: 'Security', shows: region(/./) }] },
  '/requests': {
    in: [{ h1: 'Requests', shows: (page) => page.getByRole('link', { name: /R-/ }) }],
  },
  '/requests/$reference': {
    in: [
      { at: '/requests/R', h1: /^Copy of your data R-/, shows: region('Your copy') },
      {
        at: '/requests/R',
        h1: /./,
        first: submit('Delete this copy now'),
        shows: (page) => page.getByRole('dialog').getByRole('button').first(),
      },
    ],
  },
};
