import { z } from 'zod';

/** Why a service calls. Keys of the portal's own list of purposes; every call states one. */
export const servicePurposes = [
  'operate_account',
  'provide_compute',
  'billing',
  'tax_records',
  'support',
  'service_notices',
  'marketing',
  'product_analytics',
  'platform_security',
  'fraud_detection',
  'privacy_rights',
] as const;
export type ServicePurpose = (typeof servicePurposes)[number];
export const servicePurpose = z.enum(servicePurposes);
