import { z } from 'zod';
import { email, secretText, text, token, totpCode } from '../trpc/input.ts';

const PASSWORD_MAX = 256;

export const signInInput = z.strictObject({ email, password: secretText(PASSWORD_MAX) });
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
  current: secretText(PASSWORD_MAX),
  next: secretText(PASSWORD_MAX),
});
export const finishRecoveryInput = z.strictObject({
  code: totpCode.optional(),
  recoveryCode: text(64).optional(),
  password: secretText(PASSWORD_MAX),
});
