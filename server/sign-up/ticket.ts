import { newToken, sameSecret } from '../crypto/token.ts';
import type { Vault } from '../crypto/vault.ts';

const MINUTE_MS = 60_000;
const VALID_MS = 30 * MINUTE_MS;

/**
 * Says that the question about age was answered, and until when that counts; not how. Nothing of it is
 * stored: our key alone makes one that we take back.
 */
export function issueTicket(vault: Vault, now: Date): string {
  const until = String(now.getTime() + VALID_MS);
  const random = newToken();
  return [until, random, macOf(vault, until, random)].join('.');
}

export function isTicketValid(vault: Vault, ticket: string, now: Date): boolean {
  const [until = '', random = '', mac = ''] = ticket.split('.');
  return sameSecret(mac, macOf(vault, until, random)) && Number(until) > now.getTime();
}

function macOf(vault: Vault, until: string, random: string): string {
  return vault.rowMac('sign_up_ticket', [until, random]);
}
