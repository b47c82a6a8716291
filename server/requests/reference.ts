import { newCode } from '../crypto/token.ts';

/** How a request is called by people: `R-` and eight characters of Crockford's base 32. */
export function newReference(): string {
  return `R-${newCode(2).replace('-', '')}`;
}

export const REFERENCE = /^R-[0-9A-HJKMNP-TV-Z]{8}$/;
