import type { AnyRouter } from '@trpc/server';
import type { Meta } from './meta.ts';

type Walked = { path: string; type: string; meta: Meta | undefined; inputs: number };

/** Every procedure of a router with what it says about itself. */
export function walkProcedures(router: AnyRouter): Walked[] {
  const procedures = router._def.procedures as unknown as Record<
    string,
    { _def: { type: string; meta?: Meta; inputs: unknown[] } }
  >;
  return Object.entries(procedures).map(([path, { _def }]) => ({
    path,
    type: _def.type,
    meta: _def.meta,
    inputs: _def.inputs.length,
  }));
}

/**
 * Refuses a router whose procedures do not say who may call them and why.
 * @throws {Error} one line for each procedure that is incomplete
 */
export function checkProcedures(router: AnyRouter): void {
  const problems = walkProcedures(router).flatMap(({ path, type, meta, inputs }) => {
    if (!meta) return [`${path}: no metadata`];
    const found: string[] = [];
    if (inputs === 0) found.push(`${path}: no input schema`);
    if (type === 'mutation' && meta.impersonation !== 'deny')
      found.push(`${path}: a mutation open to impersonation`);
    if ((meta.assurance === 'staff') !== meta.roles.length > 0)
      found.push(`${path}: roles go with staff procedures, and with no others`);
    if (meta.impersonation === 'read' && type === 'query' && meta.assurance !== 'mfa')
      found.push(`${path}: only a customer's own pages can be viewed by support`);
    if ((meta.assurance === 'mfa' || meta.assurance === 'staff') && meta.purpose === null)
      found.push(`${path}: personal data without a purpose`);
    if (meta.assurance === 'service' && meta.audit !== 'act')
      found.push(`${path}: a service's call without a record`);
    if (!meta.post && type !== 'subscription') found.push(`${path}: callable by GET`);
    return found;
  });
  if (problems.length > 0) throw new Error(`Procedures are incomplete:\n${problems.join('\n')}`);
}
