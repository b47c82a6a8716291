import { z } from 'zod';
import { email, id, line, secretText, text, token, totpCode } from '../trpc/input.ts';
import { lengthOf, PASSWORD_MAX } from './password-input.ts';

/** A password as typed; measured as it is counted, in whole characters of its one spelling. */
export const password = secretText(4 * PASSWORD_MAX).refine(
  (value) => lengthOf(value) <= PASSWORD_MAX,
  'at most 256 characters',
);

const FACTOR_NAME_MAX = 60;

const binary = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/);

/** Ids of credentials are at most 1023 bytes long (WebAuthn Level 3). */
const credentialId = binary(1_364);
const clientDataJSON = binary(4_096);

/** What a browser gives of a passkey that has signed; all of it base64url. */
export const assertion = z.strictObject({
  id: credentialId,
  clientDataJSON,
  authenticatorData: binary(2_048),
  signature: binary(1_024),
  userHandle: binary(128).nullable(),
});
export type Assertion = z.infer<typeof assertion>;

export const transports = [
  'ble',
  'cable',
  'hybrid',
  'internal',
  'nfc',
  'smart-card',
  'usb',
] as const;

/** What a browser gives of a passkey that was made. */
export const attestation = z.strictObject({
  id: credentialId,
  clientDataJSON,
  attestationObject: binary(16_384),
  transports: z.array(z.enum(transports)).max(transports.length),
});
export type Attestation = z.infer<typeof attestation>;

/** How a person calls an app or a passkey. */
const name = line(FACTOR_NAME_MAX);

export const signInInput = z.strictObject({ email, password });
export const codeInput = z.strictObject({ code: totpCode });
export const recoveryCodeInput = z.strictObject({ code: text(64) });
export const tokenInput = z.strictObject({ token });
export const emailInput = z.strictObject({ email });
const act = z.enum(['erasure_confirm', 'email_commit']).optional();
const one = (given: object) =>
  Object.values(given).filter((value) => value !== undefined).length === 1;
const eitherFactor = { code: totpCode.optional(), passkey: assertion.optional() };
const isEither = ({ code, passkey }: { code?: unknown; passkey?: unknown }) =>
  one({ code, passkey });

export const beginStepUpInput = z.strictObject({ act });
export const stepUpInput = z
  .strictObject({ ...eitherFactor, act })
  .refine(isEither, 'a code or a passkey');
export const deskStepUpInput = z.strictObject(eitherFactor).refine(isEither, 'a code or a passkey');
export const assertionInput = z.strictObject({ passkey: assertion });
export const newAppInput = z.strictObject({ code: totpCode, name: name.optional() });
export const newPasskeyInput = z.strictObject({ passkey: attestation, name: name.optional() });
export const factorInput = z.strictObject({ id });
export const renameFactorInput = z.strictObject({ id, name });
export const handleInput = z.strictObject({ handle: id });
export const changePasswordInput = z.strictObject({
  current: password,
  next: password,
});
export const finishRecoveryInput = z
  .strictObject({
    code: totpCode.optional(),
    passkey: assertion.optional(),
    recoveryCode: text(64).optional(),
    password,
  })
  .refine(({ password: _, ...factors }) => one(factors) || !Object.values(factors).some(Boolean));
