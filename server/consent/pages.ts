import express, { type Request, type Response, Router } from 'express';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { plainPage, refusePlainly } from '../plain-page.ts';
import { takeAnonymous } from '../trpc/anonymous.ts';
import { contextOf } from '../trpc/http.ts';
import { browserChoice } from './cookie-choice.ts';
import { type CookieCategory, cookieRegister } from './register.ts';
import { chooseCookies } from './router.ts';

/**
 * Cookie choices that work without JavaScript and without signing in: a page of plain HTML and its
 * form. The form stands outside the JSON gate, so it checks itself where it was sent from.
 */
export function consentPages(deps: Deps): Router {
  const routes = Router({ caseSensitive: true });
  const origin = new URL(deps.env.PUBLIC_URL).origin;

  routes.get('/cookies/form', async (req, res) => {
    const ctx = contextOf(deps, req, res);
    const choice = await browserChoice(ctx);
    const saved = new URL(req.originalUrl, origin).searchParams.has('saved');
    res.type('html').send(
      formPage({
        functional: choice?.functional ?? false,
        statistics: choice?.statistics ?? false,
        saved,
        gpc: ctx.gpc,
      }),
    );
  });

  routes.post(
    '/cookies/choice',
    express.urlencoded({ extended: false, limit: '2kb' }),
    async (req, res) => {
      if (!cameFromUs(req, origin)) return notFromUs(res);
      const body: unknown = req.body;
      const field = (name: string) =>
        body && typeof body === 'object'
          ? Object.entries(body).find(([key]) => key === name)?.[1]
          : undefined;
      const functional = field('functional');
      const statistics = field('statistics');
      if (!isAnswer(functional) || !isAnswer(statistics)) return notFromUs(res);
      const ctx = contextOf(deps, req, res);
      try {
        await takeAnonymous(ctx, 1);
      } catch (cause) {
        if (!(cause instanceof DomainError)) throw cause;
        const sentence = 'There were too many calls from your network. Try again in a minute.';
        return refusePlainly(res, 429, sentence, cause.retryAfterSeconds);
      }
      await chooseCookies(ctx, {
        functional: functional === 'yes',
        statistics: statistics === 'yes',
        source: 'cookie_page',
      });
      res.redirect(303, '/cookies/form?saved');
    },
  );

  // https://www.w3.org/TR/gpc/: what a site says about the signal it honours.
  routes.get('/.well-known/gpc.json', (_req, res) => {
    res.json({ gpc: true, lastUpdate: '2026-11-23' });
  });
  return routes;
}

function cameFromUs(req: Request, origin: string): boolean {
  const site = req.headers['sec-fetch-site'];
  return site === undefined ? req.headers.origin === origin : site === 'same-origin';
}

function notFromUs(res: Response): void {
  refusePlainly(res, 403, 'This form was not sent from our page.');
}

function isAnswer(value: unknown): value is 'yes' | 'no' {
  return value === 'yes' || value === 'no';
}

function formPage({
  functional,
  statistics,
  saved,
  gpc,
}: {
  functional: boolean;
  statistics: boolean;
  saved: boolean;
  gpc: boolean;
}): string {
  const rows = Object.entries(cookieRegister)
    .map(([name, { category, purpose, maxAge }]) => {
      const life =
        maxAge === null ? 'Until you close the browser' : `${Math.round(maxAge / 86_400)} days`;
      return `<tr><th scope="row"><code>${name}</code></th><td>${categories[category]}</td><td>${purpose}</td><td>${life}</td></tr>`;
    })
    .join('');
  return plainPage(
    'Cookies',
    `${saved ? '<p role="status"><strong>Your choice was saved.</strong></p>' : ''}
${gpc ? '<p>Your browser sends an opt-out signal (Global Privacy Control). We honour it: what you have not allowed stays off unless you turn it on here.</p>' : ''}
<p>Essential cookies keep you signed in, keep others from locking you out, and remember this choice. Everything else is off until you say yes.</p>
<form method="post" action="/cookies/choice">
${question('functional', 'Allow functional cookies?', 'They remember how you like pages to look.', functional)}
${question('statistics', 'Allow statistics cookies?', 'They count visits to this portal by a random number.', statistics)}
<button type="submit">Save choice</button>
</form>
<table><caption>Every cookie this portal can set</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Category</th><th scope="col">What for</th><th scope="col">How long</th></tr></thead>
<tbody>${rows}</tbody></table>
<p><a href="/policy/plain">Privacy policy</a> · privacy@easellm.com</p>`,
  );
}

const categories: Record<CookieCategory, string> = {
  essential: 'Essential',
  functional: 'Functional',
  statistics: 'Statistics',
};

function question(name: string, legend: string, hint: string, on: boolean): string {
  const option = (value: string, label: string, checked: boolean) =>
    `<label><input type="radio" name="${name}" value="${value}"${checked ? ' checked' : ''}> ${label}</label>`;
  return `<fieldset><legend>${legend}</legend><p>${hint}</p>${option('yes', 'Yes', on)}${option('no', 'No', !on)}</fieldset>`;
}
