import { DomainError, type DomainErrorCode } from '../errors.ts';

/** Why a call was not taken, finer than what its sender is told. Stands in the log and in metrics. */
export const refusalReasons = {
  unsigned: 'SIGNATURE_REFUSED',
  unreadable: 'SIGNATURE_REFUSED',
  algorithm: 'SIGNATURE_REFUSED',
  type: 'SIGNATURE_REFUSED',
  header: 'SIGNATURE_REFUSED',
  signature: 'SIGNATURE_REFUSED',
  claims: 'SIGNATURE_REFUSED',
  issuer: 'SIGNATURE_REFUSED',
  audience: 'SIGNATURE_REFUSED',
  unknown_key: 'SERVICE_KEY_REFUSED',
  retired_key: 'SERVICE_KEY_REFUSED',
  key_not_yet_valid: 'SERVICE_KEY_REFUSED',
  key_expired: 'SERVICE_KEY_REFUSED',
  expired: 'CALL_OUT_OF_TIME',
  future: 'CALL_OUT_OF_TIME',
  lifetime: 'CALL_OUT_OF_TIME',
  method: 'CALL_ALTERED',
  procedure: 'CALL_ALTERED',
  body: 'CALL_ALTERED',
  replayed: 'CALL_REPLAYED',
  scope: 'SCOPE_MISSING',
  purpose: 'PURPOSE_NOT_ALLOWED',
} as const satisfies Record<string, DomainErrorCode>;
export type RefusalReason = keyof typeof refusalReasons;

/** A call that was not taken. `serviceId` only where its signature proved whose it is. */
export class CallRefusal extends DomainError {
  override name = 'CallRefusal';
  readonly reason: RefusalReason;
  readonly serviceId: string | null;

  constructor(reason: RefusalReason, serviceId: string | null = null) {
    super(refusalReasons[reason]);
    this.reason = reason;
    this.serviceId = serviceId;
  }
}
