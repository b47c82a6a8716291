import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js';
import { Severity } from 'csp_evaluator/dist/finding.js';
import { CspParser } from 'csp_evaluator/dist/parser.js';
import { describe, expect } from 'vitest';
import { start } from './auth/testing.ts';
import type { Deps } from './deps.ts';
import { parseEnv } from './env.ts';
import { appRouter } from './root.ts';
import { testDeps } from './testing/deps.ts';
import { runWaiting } from './testing/jobs.ts';
import { lettersTo } from './testing/letters.ts';
import { type Answer, type Ask, fromOurPage, listening } from './testing/listening.ts';
import { atTheDesk, insertCustomer, insertStaff, signedInAs } from './testing/people.ts';
import { test } from './testing/pg.ts';
import { everything } from './testing/rows.ts';
import { walkProcedures } from './trpc/boot-check.ts';

const PORTAL = 'http://localhost:3000';
const doors = [
  { surface: 'portal', base: '/trpc' },
  { surface: 'console', base: '/console/trpc' },
] as const;
const paths = (type: string) =>
  walkProcedures(appRouter).flatMap((walked) => (walked.type === type ? [walked.path] : []));

/** The same portal as a browser reaches it over https, where its cookies carry `__Host-`. */
function overHttps(deps: Deps): Deps {
  const env = parseEnv({
    DATA_DIR: deps.env.DATA_DIR,
    PUBLIC_URL: 'https://privacy.example.com',
    LOG_LEVEL: 'silent',
  });
  return { ...deps, env };
}

/** What a page that is not ours can make a browser send, with the cookies that it has for us. */
const foreign: Record<string, Record<string, string>> = {
  'a multipart form of another site': {
    origin: 'https://evil.example',
    'sec-fetch-site': 'cross-site',
    'content-type': 'multipart/form-data; boundary=x',
  },
  'an urlencoded form of a sibling host': {
    origin: 'http://evil.localhost:3000',
    'sec-fetch-site': 'same-site',
    'content-type': 'application/x-www-form-urlencoded',
  },
  'a text form without an origin': { origin: 'null', 'content-type': 'text/plain' },
  'JSON of a sibling host, from a browser that says no more': {
    origin: 'http://evil.localhost:3000',
    'content-type': 'application/json',
  },
};
/** For the way in, more than a browser of today would let anybody send. */
const forged: Record<string, Record<string, string>> = {
  ...foreign,
  'JSON without an origin': { 'content-type': 'application/json' },
  'JSON of our origin that came from elsewhere': {
    origin: PORTAL,
    'sec-fetch-site': 'same-site',
    'content-type': 'application/json',
  },
  'JSON of our host over another scheme': {
    origin: 'https://localhost:3000',
    'content-type': 'application/json',
  },
  'JSON of our host at another port': {
    origin: 'http://localhost:3001',
    'content-type': 'application/json',
  },
  'JSON of a host that begins as ours does': {
    origin: 'http://localhost:3000.evil.example',
    'content-type': 'application/json',
  },
  'a form of our own': {
    ...fromOurPage(PORTAL),
    'content-type': 'application/x-www-form-urlencoded',
  },
  'a form of our own with parts': {
    ...fromOurPage(PORTAL),
    'content-type': 'multipart/form-data; boundary=x',
  },
  'JSON that calls itself text': { ...fromOurPage(PORTAL), 'content-type': 'text/plain' },
};

describe('what a page of another site sends', () => {
  test('executes no mutation at either door, with the cookies of whoever is signed in there: every path, four ways', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ask = await listening(deps);
    const jar = await signedInAs(deps, await insertCustomer(deps));
    const desk = await atTheDesk(deps, await insertStaff(deps));
    const cookie = `sid=${jar.tokens.user}; staff=${desk.tokens.staff}`;
    const before = await everything(connection);
    const mutations = paths('mutation');
    expect(mutations.length).toBeGreaterThan(50);
    for (const { base } of doors)
      for (const path of mutations)
        for (const [what, headers] of Object.entries(foreign)) {
          const { status } = await ask(`${base}/${path}`, {
            method: 'POST',
            headers: { ...headers, cookie },
            body: '{}',
          });
          expect([what, path, [403, 415].includes(status)]).toEqual([what, path, true]);
        }
    expect(await everything(connection)).toEqual(before);
    const own = await ask('/trpc/overview.readAllNotices', {
      method: 'POST',
      headers: { ...fromOurPage(PORTAL), cookie },
      body: '{}',
    });
    expect(own.status).toBe(200);
  });

  test('signs nobody in as somebody else: neither step of a sign-in answers, sets a cookie, or takes from a budget', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ask = await listening(deps);
    const mallory = await insertCustomer(deps, { name: 'Mallory' });
    const body = JSON.stringify({ email: mallory.email, password: mallory.password });
    const before = await everything(connection);
    for (const { base } of doors)
      for (const path of ['auth.signIn', 'auth.verifyCode', 'auth.beginRecovery', 'auth.forgot'])
        for (const [what, headers] of Object.entries(forged)) {
          const answer = await ask(`${base}/${path}`, { method: 'POST', headers, body });
          expect([what, path, [403, 415].includes(answer.status)]).toEqual([what, path, true]);
          expect(answer.headers['set-cookie']).toBeUndefined();
        }
    expect(await everything(connection)).toEqual(before);
    // The same words from our own page open the attempt: it is the page that was refused.
    const own = await ask('/trpc/auth.signIn', {
      method: 'POST',
      headers: fromOurPage(PORTAL),
      body,
    });
    expect([own.status, own.headers['set-cookie']?.length]).toEqual([200, 1]);
  });
});

/** Twelve ways of saying that the portal is called something else. */
const EVIL = 'evil.example';
const claims: readonly Record<string, string>[] = [
  { host: EVIL },
  { host: `localhost:3000.${EVIL}` },
  { host: `localhost:3000@${EVIL}` },
  { 'x-forwarded-host': EVIL },
  { 'x-forwarded-host': `${EVIL}, localhost:3000` },
  { forwarded: `for=192.0.2.1;host=${EVIL};proto=https` },
  { 'x-original-host': EVIL, 'x-host': EVIL },
  { 'x-original-url': `http://${EVIL}/trpc/auth.forgot`, 'x-rewrite-url': `http://${EVIL}/` },
  { 'x-forwarded-server': EVIL, 'x-http-host-override': EVIL },
  { 'x-forwarded-proto': 'https', 'x-forwarded-port': '8443', 'x-forwarded-prefix': `//${EVIL}` },
  { referer: `http://${EVIL}/`, via: `1.1 ${EVIL}` },
  { 'x-forwarded-for': EVIL, 'x-real-ip': EVIL },
];

test.for(['with a proxy that is trusted', 'without one'])(
  'links in letters come from the settings, whatever twelve forged headers say, %s',
  async (proxy, { connection }) => {
    expect(claims).toHaveLength(12);
    let now = start;
    const plain = testDeps(connection);
    const env = parseEnv({
      DATA_DIR: plain.env.DATA_DIR,
      PUBLIC_URL: PORTAL,
      LOG_LEVEL: 'silent',
      ...(proxy === 'without one' ? {} : { TRUST_PROXY: '1' }),
    });
    const deps = { ...plain, env, clock: () => now };
    const ask = await listening(deps);
    const ada = await insertCustomer(deps);
    let written = 0;
    for (const { host, ...headers } of claims) {
      // An hour apart, so that each letter is within what is mailed in one.
      now = new Date(now.getTime() + 3_601_000);
      const answer = await ask('/trpc/auth.forgot', {
        host,
        method: 'POST',
        headers: { ...fromOurPage(PORTAL), ...headers },
        body: JSON.stringify({ email: ada.email }),
      });
      expect([host, answer.status]).toEqual([host, host === undefined ? 200 : 421]);
      if (host === undefined) written += 1;
      await runWaiting(deps, 'auth.reset_mail', now);
    }
    const letters = await lettersTo(deps, ada.subjectId);
    expect(letters).toHaveLength(written);
    for (const { text } of letters) {
      expect(text).not.toContain(EVIL);
      const links = text.match(/[a-z]+:\/\/[^\s#]+/gi) ?? [];
      expect(links.length).toBeGreaterThan(0);
      for (const link of links) expect(new URL(link).origin).toBe(PORTAL);
    }
  },
);

test('a name that the settings do not give is answered with 421 on every path, and said to be wrong; health answers under any', async ({
  connection,
}) => {
  const deps = overHttps(testDeps(connection));
  const ask = await listening(deps);
  const everywhere = [
    '/',
    '/sign-in',
    '/console',
    '/policy/plain',
    '/cookies/form',
    '/assets/a.js',
  ];
  for (const host of [EVIL, '127.0.0.1', 'localhost:3000', `privacy.example.com.${EVIL}`, ''])
    for (const path of [...everywhere, '/trpc/policy.get', '/console/trpc/desk.me']) {
      const { status, body } = await ask(path, { host });
      expect([host, path, status]).toEqual([host, path, 421]);
      expect(body).not.toContain(EVIL);
    }
  for (const path of ['/livez', '/version'])
    expect((await ask(path, { host: EVIL })).status).toBe(200);
  for (const host of ['privacy.example.com', 'Privacy.Example.com'])
    expect((await ask('/sign-in', { host })).status).toBe(200);
});

describe('every answer of both doors', () => {
  /** Answers of each kind that the portal has: found and not, refused at the gate and behind it, moved, failed. */
  async function sweep(plain: Deps, deps: Deps): Promise<[string, Answer][]> {
    const ask = await listening(deps);
    const jar = await signedInAs(plain, await insertCustomer(plain));
    const secure = deps.env.PUBLIC_URL.startsWith('https');
    const cookie = `${secure ? '__Host-' : ''}sid=${jar.tokens.user}`;
    const ours = { ...fromOurPage(deps.env.PUBLIC_URL), cookie };
    const post = (headers: Record<string, string>, body = '{}') => ({
      method: 'POST',
      headers,
      body,
    });
    const asked: [string, Parameters<Ask>[1]?][] = [];
    for (const { path, meta } of walkProcedures(appRouter)) {
      if (path === 'auth.signOut') continue;
      asked.push([`${meta?.assurance === 'staff' ? '/console' : ''}/trpc/${path}`, post(ours)]);
    }
    for (const { base } of doors) {
      asked.push(
        [`${base}/nobody.knows`, post(ours)],
        [`${base}/auth.me`],
        [`${base}/auth.me`, post({ cookie })],
        [`${base}/auth.me`, post({ ...ours, 'content-type': 'text/plain' })],
        [`${base}/auth.me`, post(ours, '{')],
        [`${base}/auth.me`, post(ours, `"${'x'.repeat(70_000)}"`)],
        [`${base}/auth.me`, { method: 'DELETE', headers: ours }],
        [`${base}/auth.me`, { method: 'OPTIONS', headers: ours }],
        [`${base}/,,,?batch=1`, post(ours)],
      );
    }
    asked.push(
      ...(['/', '/sign-in', '/console', '/console/sign-in', '/livez', '/metrics'] as const).map(
        (path): [string] => [path],
      ),
      ['/policy/plain'],
      ['/plain.css'],
      ['/.well-known/gpc.json'],
      ['/cookies/form', { headers: { cookie } }],
      ['/cookies/choice', post(ours, 'functional=no&statistics=no')],
      [
        '/cookies/choice',
        post(
          { ...ours, 'content-type': 'application/x-www-form-urlencoded' },
          'functional=no&statistics=no',
        ),
      ],
      ['/cookies/choice', post({ 'content-type': 'application/x-www-form-urlencoded' })],
      ['/download/csv/gpuSession', { headers: { cookie } }],
      ['/download/csv/gpuSession'],
      ['/download/csv/nothing', { headers: { cookie } }],
      ['/download/copy/R-00000000', { headers: { cookie } }],
      ['/download/copy/R-00000000'],
      ['/download/copy/nothing', { headers: { cookie, 'sec-fetch-site': 'cross-site' } }],
      ['/%E0%A4%A'],
      ['/sign-in', { host: 'evil.example' }],
    );
    const answers: [string, Answer][] = [];
    for (const [path, asking] of asked)
      answers.push([`${asking?.method ?? 'GET'} ${path}`, await ask(path, asking)]);
    return answers;
  }

  test('is kept by nobody: no-store on pages, calls, files, forms, redirects and refusals of every kind', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const answers = await sweep(deps, deps);
    const kept = answers.filter(
      ([, { headers }]) => !/(^|, )no-store$/.test(headers['cache-control'] ?? ''),
    );
    expect(kept.map(([path]) => path)).toEqual([]);
    const seen = new Set(answers.map(([, { status }]) => status));
    for (const status of [200, 303, 400, 401, 403, 404, 405, 413, 415, 421, 503])
      expect([status, seen.has(status)]).toEqual([status, true]);
    // Here no policy was put on record: that is an outage, and no bug.
    expect(answers.filter(([, { status }]) => status === 500)).toEqual([]);
    // Nor is one tagged, so that it could be asked whether it is still the same.
    expect(answers.filter(([, { headers }]) => headers.etag ?? headers['last-modified'])).toEqual(
      [],
    );
  });

  test('carries the policy of what a page may do, directive by directive, and an evaluator finds nothing high in it', async ({
    connection,
  }) => {
    const plain = testDeps(connection);
    const answers = await sweep(plain, overHttps(plain));
    const nonces = new Set<string>();
    for (const [path, { headers }] of answers) {
      const policy = String(headers['content-security-policy']);
      const nonce = /'nonce-([A-Za-z0-9+/=]+)'/.exec(policy)?.[1] ?? '';
      nonces.add(nonce);
      expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
      const said = policy
        .replaceAll(nonce, 'N')
        .split(';')
        .map((directive) => directive.trim());
      expect([path, said]).toEqual([
        path,
        [
          "default-src 'none'",
          "script-src 'nonce-N' 'strict-dynamic'",
          "style-src 'self' 'nonce-N'",
          "img-src 'self' data:",
          "font-src 'self'",
          "connect-src 'self'",
          "form-action 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
          "object-src 'none'",
          "manifest-src 'self'",
          "require-trusted-types-for 'script'",
          'upgrade-insecure-requests',
        ],
      ]);
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'same-origin',
        'strict-transport-security': 'max-age=63072000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      });
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
    // One for each answer: a nonce that comes twice is a password that was read out.
    expect(nonces.size).toBe(answers.length);

    const [[, { headers }]] = answers as [[string, Answer]];
    const policy = String(headers['content-security-policy']);
    const found = (text: string) =>
      new CspEvaluator(new CspParser(text).csp)
        .evaluate()
        .filter(({ severity }) => severity <= Severity.MEDIUM && severity !== Severity.STRICT_CSP)
        .map(({ directive, description }) => `${directive}: ${description}`);
    expect(found(policy)).toEqual([]);
    // It finds what there is to find.
    expect(
      found(policy.replace(/'nonce-[^']+' 'strict-dynamic'/, "'unsafe-inline' https:")),
    ).not.toEqual([]);
  });
});

test.for(['portal', 'console'] as const)(
  'signing out at the %s empties caches and storage, and ends each session cookie by its name and no other',
  async (surface, { connection }) => {
    for (const secure of [false, true]) {
      const plain = testDeps(connection);
      const deps = secure ? overHttps(plain) : plain;
      const ask = await listening(deps);
      const name = (plain: string) => `${secure ? '__Host-' : ''}${plain}`;
      const at = {
        portal: async () => ({
          cookie: `${name('sid')}=${(await signedInAs(plain, await insertCustomer(plain))).tokens.user}`,
          path: '/trpc/auth.signOut',
          ends: ['sid', 'pre', 'rec'],
          site: 'Lax',
        }),
        console: async () => ({
          cookie: `${name('staff')}=${(await atTheDesk(plain, await insertStaff(plain, { label: `S-${secure}` }))).tokens.staff}`,
          path: '/console/trpc/desk.signOut',
          ends: ['staff', 'staff_pre', 'staff_rec', 'view_as'],
          site: 'Strict',
        }),
      };
      const { cookie, path, ends, site } = await at[surface]();
      const answer = await ask(path, {
        method: 'POST',
        headers: { ...fromOurPage(deps.env.PUBLIC_URL), cookie: `${cookie}; device=kept` },
        body: '{}',
      });
      expect(answer.status).toBe(200);
      expect(answer.headers['clear-site-data']).toBe('"cache", "storage"');
      const attributes = `Path=/; HttpOnly; SameSite=${site}${secure ? '; Secure' : ''}`;
      expect(answer.headers['set-cookie']?.sort()).toEqual(
        ends.map((one) => `${name(one)}=; ${attributes}; Max-Age=0`).sort(),
      );
    }
  },
);
