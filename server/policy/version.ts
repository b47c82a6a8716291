/** The policy's version in force; consent events name it. */
export const CURRENT_POLICY_VERSION = '2025-01';
