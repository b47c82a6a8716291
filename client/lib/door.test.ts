import { expect, test } from 'vitest';
import { doorAt } from './door.ts';

test.each([
  ['/', 'portal'],
  ['/sign-in', 'portal'],
  ['/consoles', 'portal'],
  ['/Console', 'portal'],
  ['/data/console', 'portal'],
  ['/console', 'console'],
  ['/console/', 'console'],
  ['/console/sign-in', 'console'],
  ['/console/view-ended', 'console'],
  ['/console/view', 'view'],
  ['/console/view/data/usage', 'view'],
])('%s belongs to the %s and to no other place', (path, place) => {
  expect(doorAt(path)).toBe(place);
});
