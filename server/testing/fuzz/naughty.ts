import { everyNaughty } from '../naughty.ts';

/** JSON text that no value writes: numbers as a hostile caller spells them. */
export class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Texts that programs trip over, and some that are like ours and are none. */
export const texts: readonly string[] = [
  ...everyNaughty.map(([, text]) => text),
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'a@b.c',
  'ada@example.test\n',
  '"ada"@example.test',
  'ada@[127.0.0.1]',
  'ada@пример.test',
  'x'.repeat(255),
  'x'.repeat(10_000),
];

/** Days and moments at the edges of calendars. */
export const moments: readonly string[] = [
  '0000-01-01',
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01',
  '1970-01-01T00:00:00Z',
  '1582-10-10',
  '2000-02-29',
  '2023-02-29',
  '2024-02-30T00:00:00Z',
  '2026-06-30T23:59:60Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:00:00+14:00',
  '2026-01-01T00:00:00-99:99',
  '2026-01-01T00:00:00.123456789Z',
  '9999-12-31',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-12:00',
  '10000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  'now',
  'infinity',
];

/** Numbers at the edges, as text of JSON. */
export const numbers: readonly Raw[] = [
  '-0',
  '0.1',
  '-1',
  '1e0',
  '1.0',
  '1E+2',
  '2147483647',
  '2147483648',
  '-2147483649',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '9223372036854775808',
  '-9223372036854775809',
  '1e21',
  '1e308',
  '1e400',
  '-1e400',
  '5e-324',
  '0.1e-400',
  `1${'0'.repeat(400)}`,
].map((text) => new Raw(text));

/** Bodies that are no JSON, or too much of it. */
export const bodies: readonly string[] = [
  '',
  '{',
  '}',
  '[',
  'nul',
  '{"a":1,}',
  "{'a':1}",
  '{"a":1}{"b":2}',
  '\ufeff{}',
  '{"a":NaN}',
  '"\u0000"',
  '"\\ud800"x',
  '[1,2',
  `${'['.repeat(20_000)}`,
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(8_000)}1${'}'.repeat(8_000)}`,
  `"${'x'.repeat(70_000)}"`,
  '<?xml version="1.0"?><a/>',
  'a=1&b=2',
];

/** Keys that nobody asked for. */
export const keys: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'toJSON',
  'then',
  'length',
  'subjectId',
  'role',
  'aal',
  '',
  '\u0000',
  '0',
  'x'.repeat(1_000),
];
