/** The policy's version in force; consent events name it. */
export const CURRENT_POLICY_VERSION = '2025-01';
/** Since when. */
export const EFFECTIVE_AT = new Date('2025-01-15T00:00:00.000Z');
