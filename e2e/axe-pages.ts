import type { Locator, Page } from 'playwright/test';
import { persona } from './people.ts';
import { lookUp } from './support-view.ts';

/**
 * Nobody; somebody whose password was right and whose code is asked for; somebody signed in; at the
 * console nobody, or an agent; an agent who views an account.
 */
export type State =
  | 'out'
  | 'midway'
  | 'in'
  | 'deskOut'
  | 'desk'
  | 'officer'
  | 'administrator'
  | 'view';
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
const findSomebody = (page: Page) => lookUp(page, persona('customer-heavy').email);
const firstCase = (page: Page) => page.getByRole('link', { name: /^T-/ }).first().click();
/** Has the form of a mailed token, so that the page asks to press; nobody was sent it. */
const TOKEN = `#${'A'.repeat(43)}`;

/** Every path of the client, with the states in which it differs and what each shows. */
export const pages: Record<string, Partial<Record<State, Visit[]>>> = {
  '/sign-in': {
    out: [
      { h1: 'Sign in', shows: button('Continue') },
      { h1: 'Sign in', first: submit('Continue'), shows: problem },
    ],
    deskOut: [
      { at: '/console/sign-in', h1: 'Sign in', shows: button('Continue') },
      { at: '/console/sign-in', h1: 'Sign in', first: submit('Continue'), shows: problem },
    ],
  },
  '/sign-in/code': {
    out: [{ h1: 'Start again' }],
    midway: [{ h1: 'Enter your code', shows: button('Sign in') }],
    deskOut: [{ at: '/console/sign-in/code', h1: 'Start again' }],
  },
  '/sign-in/recovery-code': {
    out: [{ h1: 'Start again' }],
    midway: [{ h1: 'Use a recovery code', shows: button('Sign in') }],
  },
  '/sign-in/lost': {
    out: [{ h1: 'Start again' }],
    midway: [{ h1: 'Ask for a new authenticator', shows: button('Mail me the link') }],
  },
  '/sign-in/lost/open': {
    out: [
      { h1: 'This link is incomplete' },
      {
        at: `/sign-in/lost/open${TOKEN}`,
        h1: 'Tell us what happened',
        first: submit('Open the case'),
        shows: problem,
      },
    ],
  },
  '/sign-in/lost/renew': {
    out: [
      { h1: 'This link is incomplete' },
      { at: `/sign-in/lost/renew${TOKEN}`, h1: 'Add your new authenticator' },
    ],
  },
  '/sign-in/lost/stop': {
    out: [
      { h1: 'Stop the new authenticator' },
      {
        at: `/sign-in/lost/stop${TOKEN}`,
        h1: 'Stop the new authenticator',
        first: submit('Stop it: it was not me'),
        shows: problem,
      },
    ],
    in: [{ at: `/sign-in/lost/stop${TOKEN}`, h1: 'Stop the new authenticator' }],
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
  // Its later steps are looked at on the way through them.
  '/sign-up': {
    out: [
      { h1: 'Open an account', shows: button('Continue') },
      { h1: 'Open an account', first: submit('Continue'), shows: problem },
    ],
  },
  '/sign-up/open': {
    out: [
      { h1: 'This link is incomplete' },
      { at: `/sign-up/open${TOKEN}`, h1: 'This link no longer works' },
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
  '/security/not-me': {
    in: [{ h1: 'This wasn’t me', shows: button('Sign all others out') }],
  },
  $: {
    out: [{ at: '/nothing-here', h1: 'There is no such page' }],
    in: [{ at: '/nothing-here', h1: 'There is no such page' }],
    deskOut: [{ at: '/console/nothing-here', h1: 'There is no such page' }],
    desk: [{ at: '/console/nothing-here', h1: 'There is no such page' }],
    view: [{ at: '/console/view/copy', h1: 'No view opens this page' }],
  },
  '/welcome': {
    deskOut: [
      { at: '/console/welcome', h1: 'This invitation is incomplete' },
      { at: `/console/welcome${TOKEN}`, h1: 'Welcome to the staff console' },
    ],
  },
  '/view-ended': {
    deskOut: [{ at: '/console/view-ended', h1: 'The view is over' }],
    desk: [{ at: '/console/view-ended', h1: /view/ }],
  },
  '/queue': {
    officer: [
      {
        at: '/console/queue',
        h1: 'Requests of customers',
        first: async (page) => {
          await page.getByLabel('State').selectOption('all');
        },
        shows: (page) => page.getByRole('link', { name: /^R-/ }).first(),
      },
      {
        at: '/console/queue',
        h1: 'Requests of customers',
        first: async (page) => {
          await page.getByLabel('Date').selectOption('overdue');
        },
        shows: (page) => page.getByText('No request is like this.'),
      },
    ],
  },
  '/queue/$reference': {
    officer: [{ at: '/console/queue/R', h1: /^Copy R-/, shows: region('Timeline') }],
  },
  '/holds': {
    officer: [{ at: '/console/holds', h1: 'Legal holds', shows: region(/^H-/) }],
    administrator: [{ at: '/console/holds', h1: 'Legal holds', shows: region(/^H-/) }],
  },
  '/holds/propose': {
    officer: [
      {
        at: '/console/holds/propose',
        h1: 'Propose a hold',
        first: submit('Find the customer'),
        shows: problem,
      },
      {
        at: '/console/holds/propose',
        h1: 'Propose a hold',
        first: async (page) => {
          await page.getByRole('radio', { name: 'E-mail address' }).check();
          await page
            .getByRole('textbox', { name: 'E-mail address' })
            .fill(persona('customer-heavy').email);
          await submit('Find the customer')(page);
          await page.getByLabel('Ground').selectOption('authority_order');
          await submit('Propose this hold')(page);
        },
        shows: problem,
      },
    ],
  },
  '/register': {
    officer: [
      { at: '/console/register', h1: 'Register of processing', shows: button('Save as CSV') },
    ],
  },
  '/services': {
    administrator: [
      { at: '/console/services', h1: 'Services', shows: table },
      {
        at: '/console/services',
        h1: 'Services',
        first: async (page) => {
          await page
            .getByRole('button', { name: /^Retire/ })
            .first()
            .click();
        },
        shows: (page) => page.getByRole('dialog').getByRole('button').first(),
      },
    ],
  },
  '/look-up': {
    desk: [
      {
        at: '/console/look-up',
        h1: 'Look up a customer',
        first: submit('Look up'),
        shows: problem,
      },
      {
        at: '/console/look-up',
        h1: 'Look up a customer',
        first: findSomebody,
        shows: (page) => page.getByRole('region', { name: /^Found/ }),
      },
      {
        at: '/console/look-up',
        h1: 'Look up a customer',
        first: (page) => lookUp(page, 'nobody.at.all@example.com'),
        shows: (page) => page.getByText('Nothing found'),
      },
    ],
  },
  '/look-up/view': {
    desk: [
      { at: '/console/look-up/view', h1: 'View an account' },
      {
        at: '/console/look-up',
        h1: 'Look up a customer',
        first: async (page) => {
          await findSomebody(page);
          await page.getByRole('link', { name: 'View this account' }).click();
          await submit('Start the view')(page);
        },
        shows: problem,
      },
    ],
  },
  '/': {
    in: [{ h1: 'Overview', shows: (page) => page.getByRole('listitem').first() }],
    desk: [{ at: '/console', h1: 'Console', shows: region('Your latest views') }],
    view: [
      { at: '/console/view', h1: 'Overview of the view', shows: region('View by support') },
      // The customer’s own side, while it lasts.
      { h1: 'Overview', shows: region('Support is viewing your account') },
    ],
  },
  '/data': {
    view: [{ at: '/console/view/data', h1: 'Your data', shows: region('Not part of this view') }],
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
    view: [
      { at: '/console/view/data/account', h1: 'Account', shows: region('Account') },
      {
        at: '/console/view/data/devices',
        h1: 'Devices and connections',
        shows: (page) => page.getByRole('main').getByRole('alert'),
      },
    ],
    in: [
      { at: '/data/usage', h1: /./, shows: table },
      { at: '/data/account', h1: /./, shows: region('Account') },
    ],
  },
  '/data/$section/$table': {
    in: [{ at: '/data/usage/gpuSession', h1: /./, shows: button('Show more') }],
    view: [{ at: '/console/view/data/billing/invoice', h1: 'Invoices', shows: table }],
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
  '/who-looked': {
    in: [{ h1: 'Who looked', shows: table }],
    view: [{ h1: 'Who looked', shows: region(/^Support agent S-23, /) }],
  },
  '/communication': {
    in: [{ h1: 'Communication', shows: (page) => page.getByRole('switch').first() }],
    view: [
      { at: '/console/view/communication', h1: 'Communication', shows: region('Your choice') },
    ],
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
  '/cases': {
    in: [{ h1: 'Cases', shows: table }],
    desk: [{ at: '/console/cases', h1: 'Cases', shows: table }],
  },
  '/cases/$reference': {
    in: [{ at: '/cases', h1: 'Cases', first: firstCase, shows: region('Messages') }],
    desk: [
      { at: '/console/cases', h1: 'Cases', first: firstCase, shows: region('About this case') },
      {
        at: '/console/cases',
        h1: 'Cases',
        first: async (page) => {
          await firstCase(page);
          const taken = page.getByRole('button', { name: /^(Decide|Close) the case/ });
          const take = page.getByRole('button', { name: 'Take the case' });
          await taken.or(take).click();
          await taken.click();
        },
        shows: problem,
      },
    ],
  },
  '/cases/new': {
    in: [
      { h1: 'Ask a question', first: submit('Open the case'), shows: problem },
      {
        at: '/cases/new?kind=correction',
        h1: 'Ask for a correction',
        first: submit('Open the case'),
        shows: problem,
      },
      { at: '/cases/new?kind=dispute', h1: 'Dispute an entry of the log' },
      { at: '/cases/new?kind=human_review', h1: 'Ask a person to look at a decision' },
    ],
  },
  '/look-up/case': {
    desk: [
      { at: '/console/look-up/case', h1: 'Open a case' },
      {
        at: '/console/look-up',
        h1: 'Look up a customer',
        first: async (page) => {
          await findSomebody(page);
          await page.getByRole('link', { name: 'Open a case' }).click();
          await submit('Open the case')(page);
        },
        shows: problem,
      },
    ],
  },
  '/look-up/ask': {
    desk: [
      { at: '/console/look-up/ask', h1: 'Ask for a copy for a customer' },
      {
        at: '/console/look-up',
        h1: 'Look up a customer',
        first: async (page) => {
          await findSomebody(page);
          await page.getByRole('link', { name: 'Ask for a copy for them' }).click();
          await submit('Ask for the copy')(page);
        },
        shows: problem,
      },
    ],
  },
  '/requests': {
    in: [{ h1: 'Requests', shows: (page) => page.getByRole('link', { name: /R-/ }).first() }],
    view: [
      {
        at: '/console/view/requests',
        h1: 'Requests',
        shows: (page) => page.getByRole('link', { name: /R-/ }).first(),
      },
    ],
  },
  '/requests/$reference': {
    view: [
      {
        at: '/console/view/requests/R',
        h1: /^Copy of your data R-/,
        shows: region('About this request'),
      },
    ],
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
