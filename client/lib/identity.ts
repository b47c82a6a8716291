/** Who somebody is at this place, from what the server says of whoever is signed in: an account's id, or the name of one of staff. */
export function identityOf(me: unknown): string | null {
  if (typeof me !== 'object' || me === null) return null;
  if ('accountId' in me && typeof me.accountId === 'string') return me.accountId;
  return 'label' in me && typeof me.label === 'string' ? me.label : null;
}
