import { z } from 'zod';
import { email, secretText, text, token, totpCode } from '../trpc/input.ts';
import { lengthOf, PASSWORD_MAX } from './password-input.ts';

/** A password as typed; measured as it is counted, in whole characters of its one spelling. */
export const password = secretText(4 * PASSWORD_MAX).refine(
  (value) => lengthOf(value) <= PASSWORD_MAX,
  'at most 256 characters',
);

export const signInInput = z.strictObject({ email, password });
export const codeInput = z.strictObject({ code: totpCode });
export const recoveryCodeInput = z.strictObject({ code: text(64) });
export const tokenInput = z.strictObject({ token });
export const emailInput = z.strictObject({ email });
export const stepUpInput = z.strictObject({
  code: totpCode,
  act: z.enum(['erasure_confirm', 'email_commit']).optional(),
});
export const deskStepUpInput = z.strictObject({ code: totpCode });
export const handleInput = z.strictObject({ handle: z.uuid() });
export const changePasswordInput = z.strictObject({
  current: password,
  next: password,
});
export const finishRecoveryInput = z.strictObject({
  code: totpCode.optional(),
  recoveryCode: text(64).optional(),
  password,
});
