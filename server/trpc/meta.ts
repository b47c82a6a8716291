import type { Purpose } from '../../db/data-map/vocabulary.ts';
import type { StaffRole } from '../../db/schema/account.ts';

/** Whose call a procedure answers. */
export type Assurance =
  | 'public'
  | 'pending'
  | 'enrolling'
  | 'recovery'
  | 'renewing'
  | 'mfa'
  | 'staff'
  | 'service';

/** What every procedure says about itself. Boot refuses one that says nothing. */
export type Meta = {
  assurance: Assurance;
  /** `ordinary`: a second factor within five minutes. `once`: a factor asked for this act alone. */
  stepUp: 'none' | 'ordinary' | 'once';
  /** Which staff may call it; empty where it is not staff's. */
  roles: readonly StaffRole[];
  /** Whether support may call it while viewing as the customer. */
  impersonation: 'deny' | 'read';
  /** Why it touches personal data; null where it touches none. */
  purpose: Purpose | null;
  /** `own_read`: the person's own look, recorded once a session and chapter. `act`: on every call. */
  audit: 'none' | 'own_read' | 'act';
  /** Never by GET, so that nothing personal stands in a URL. Subscriptions take ids only. */
  post: boolean;
  /** May still be called while the account is read-only before its deletion. */
  whileDeleting: boolean;
  /** Refused for seven days after lost factors were recovered: it would carry the account away. */
  coolsDown: boolean;
  /** Refused for a day after the e-mail address was changed: it gives out data, or ends the account. */
  carriesAway: boolean;
};
