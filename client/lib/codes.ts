/** Six digits, however spaced: what an authenticator app shows. */
export function isCode(typed: string | undefined): boolean {
  return /^\d{6}$/.test((typed ?? '').replace(/[\s-]/g, ''));
}

const RECOVERY_LENGTH = 24;

/** The shape of a recovery code: six groups of four, with or without the dashes. */
export function isRecoveryCode(typed: string | undefined): boolean {
  return (typed ?? '').replace(/[\s-]/g, '').length === RECOVERY_LENGTH;
}

/** An address good enough to be sent; whether it is one, only a letter to it can tell. */
export function looksLikeEmail(typed: string | undefined): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test((typed ?? '').trim());
}
