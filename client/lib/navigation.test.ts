import { expect, test } from 'vitest';
import { safePath, wayBack } from './navigation.ts';

test.each([
  ['/requests/R-2041?from=mail#steps', '/requests/R-2041?from=mail#steps'],
  ['/', '/'],
  [undefined, '/'],
  ['', '/'],
  ['data', '/'],
  ['https://elsewhere.example/', '/'],
  ['//elsewhere.example', '/'],
  ['/\\elsewhere.example', '/'],
  ['/\t/elsewhere.example', '/'],
  ['/a/..//elsewhere.example', '/'],
  ['javascript:alert(1)', '/'],
])('after signing in, %j leads to %j and never to another site', (path, expected) => {
  expect(safePath(path)).toBe(expected);
});

test('the overview needs no way back', () => {
  expect(wayBack('/')).toEqual({});
  expect(wayBack(7)).toEqual({});
  expect(Object.values(wayBack('/copy'))).toEqual(['/copy']);
});

/** What has led elsewhere after a sign-in, in products of others: spellings of a host, of a scheme, of the way up. */
function corpus(): string[] {
  const hosts = [
    'elsewhere.example',
    'elsewhere.example/sign-in',
    'portal.invalid.elsewhere.example',
    'portal.invalid@elsewhere.example',
    'localhost:3000@elsewhere.example',
    '127.0.0.1@elsewhere.example',
    '[::1]@elsewhere.example',
    'elsewhere%E3%80%82example',
    '３．example',
    '2130706433',
  ];
  const befores = [
    'https://',
    'HTTPS://',
    'http:',
    'https:/',
    'https:///',
    'https:\\\\',
    '//',
    '///',
    '////',
    '/\\',
    '\\\\',
    '\\/',
    '/\t/',
    '/\n/',
    '/\r\n/',
    '\t//',
    ' //',
    '/./\\',
    '/..//',
    '/a/..//',
    '/%2e%2e//',
    '/a/%2e%2e//',
    '/.//',
    '/a/../..//',
  ];
  const schemes = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'blob:https://elsewhere.example/1',
    'file:///etc/passwd',
    'mailto:a@elsewhere.example',
    'view-source:https://elsewhere.example',
    'elsewhere.example',
    '@elsewhere.example',
    ':80/elsewhere.example',
    '?//elsewhere.example',
    '#//elsewhere.example',
    '\u2028//elsewhere.example',
    '\uFEFF//elsewhere.example',
    '\u3000//elsewhere.example',
    '\u202E//elsewhere.example',
    '\u2215\u2215elsewhere.example',
    '%2f%2felsewhere.example',
    '%5c%5celsewhere.example',
    '\u0000//elsewhere.example',
    '..//elsewhere.example',
    './/elsewhere.example',
  ];
  return [...befores.flatMap((before) => hosts.map((host) => before + host)), ...schemes];
}

test('of two hundred and more ways to name another place as the way back, none leads off this origin', () => {
  const here = 'https://privacy.example.com';
  const entries = corpus();
  expect(new Set(entries).size).toBeGreaterThanOrEqual(200);
  for (const entry of entries) {
    const led = safePath(entry);
    expect([entry, led.startsWith('/'), led.startsWith('//')]).toEqual([entry, true, false]);
    // As the router resolves it, and as a browser would.
    for (const base of [here, `${here}/sign-in/code`])
      expect([entry, new URL(led, base).origin]).toEqual([entry, here]);
    expect(safePath(led)).toBe(led);
    // What an address carries there and back changes nothing.
    const carried = new URL(`/sign-in?then=${encodeURIComponent(led)}`, here).searchParams;
    expect(safePath(carried.get('then') ?? '')).toBe(led);
  }
});
