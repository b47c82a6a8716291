import express, { type Request, type Response, Router } from 'express';
import type { Deps } from '../deps.ts';
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
      if (!cameFromUs(req, origin)) return refuse(res);
      const body: unknown = req.body;
      const field = (name: string) =>
        body && typeof body === 'object'
          ? Object.entries(body).find(([key]) => key === name)?.[1]
          : undefined;
      const functional = field('functional');
      const statistics = field('statistics');
      if (!isAnswer(functional) || !isAnswer(statistics)) return refuse(res);
      await chooseCookies(contextOf(deps, req, res), {
        functional: functional === 'yes',
        statistics: statistics === 'yes',
        source: 'cookie_page',
      });
      res.redirect(303, '/cookies/form?saved');
    },
  );

  routes.get('/plain.css', (_req, res) => {
    res.type('css').send(stylesheet);
  });

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

function refuse(res: Response): void {
  res.status(403).type('text/plain').send('This form was not sent from our page.\n');
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
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Cookies – EaseLLM Privacy</title><link rel="stylesheet" href="/plain.css"></head>
<body><main>
<h1>Cookies</h1>
${saved ? '<p role="status"><strong>Your choice was saved.</strong></p>' : ''}
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
<p><a href="/policy">Privacy policy</a> (needs JavaScript; we mail it to you) · privacy@easellm.com</p>
</main></body></html>`;
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

const stylesheet = `:root{color-scheme:light dark}body{margin:0;font:16px/1.55 ui-sans-serif,system-ui,sans-serif;background:light-dark(#f7f7f4,#111413);color:light-dark(#16201d,#eef2f0)}
main{max-width:44rem;margin:0 auto;padding:1rem}h1{font-size:28px;line-height:1.2}p{max-width:68ch}code{font-size:.875em}fieldset{border:1px solid light-dark(#e1e3de,#2a302e);border-radius:10px;margin:0 0 1rem;padding:0 1rem;background:light-dark(#fff,#181c1b)}legend{float:inline-start;width:100%;padding:.75rem 0 0;font-weight:600}fieldset p{clear:both;margin:0;color:light-dark(#5c6863,#93a09b);font-size:14px}input{accent-color:light-dark(#0b6b54,#5fd0ae);width:20px;height:20px}label{display:inline-flex;align-items:center;gap:.5rem;min-height:40px;margin-inline-end:1.5rem}
button{font:inherit;font-weight:600;min-height:40px;padding:8px 16px;border-radius:6px;border:1px solid light-dark(#0b6b54,#5fd0ae);background:light-dark(#0b6b54,#5fd0ae);color:light-dark(#fff,#06231b)}
table{border-collapse:collapse;width:100%;margin:2rem 0}caption{text-align:start;font-weight:600}th,td{text-align:start;padding:8px 8px 8px 0;border-bottom:1px solid light-dark(#e0e2dd,#2a302e);vertical-align:top}th{font-weight:600}a{color:light-dark(#0b6b54,#5fd0ae)}
:focus-visible{outline:3px solid light-dark(#0b6b54,#5fd0ae);outline-offset:2px}
@media(max-width:560px){thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}tr{display:block;padding:8px 0;border-bottom:1px solid light-dark(#e0e2dd,#2a302e)}tbody th,td{display:block;padding:0;border:0}}`;
