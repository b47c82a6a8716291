import type { MapColumn } from './index.ts';
import type { Value } from './view.ts';

/** Stands for what is not shown. */
export const MASKED = '•••';

/**
 * What staff see of a value: as it is, a part of it, or that there is one. What is empty stays empty,
 * so that "we hold none" is said to staff too.
 */
export function maskValue(column: Pick<MapColumn, 'mask' | 'category'>, value: Value): Value {
  if (value === null || column.mask === 'shown') return value;
  if (column.mask === 'hidden' || typeof value !== 'string' || value === '')
    return Array.isArray(value) ? value.map(() => MASKED) : MASKED;
  switch (column.category) {
    case 'user.contact.email':
      return maskedEmail(value);
    case 'user.contact.phone_number':
      return `${MASKED}${value.slice(-2)}`;
    case 'user.device.ip_address':
      return `${value.split(/[.:]/)[0] ?? ''}.${MASKED}`;
    default:
      return `${firstLetter(value)}${MASKED}`;
  }
}

function maskedEmail(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 1) return MASKED;
  return `${firstLetter(address)}${MASKED}@${firstLetter(address.slice(at + 1))}${MASKED}`;
}

/** The first letter as people see it, not half of a surrogate pair. */
function firstLetter(text: string): string {
  return [...text][0] ?? '';
}
