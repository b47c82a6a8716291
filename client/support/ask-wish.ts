/** What support asks for a customer. */
export type AskWish = { kind: 'portability' | 'erasure' };

/** From an address, which anybody can have written; a copy where it says nothing of use. */
export function askWish({ kind }: Record<string, unknown>): AskWish {
  return { kind: kind === 'erasure' ? 'erasure' : 'portability' };
}
