import type { AnyRouter } from '@trpc/server';
import { walkProcedures } from '../trpc/boot-check.ts';
import { contract, type Scope } from './contract/index.ts';

/**
 * Refuses a services' router that is not the contract: a procedure more or less, or one that takes or
 * answers something else.
 * @throws {Error} one line for each procedure that differs
 */
export function checkContract(router: AnyRouter): void {
  const procedures = router._def.procedures as unknown as Record<
    string,
    { _def: { inputs: unknown[]; output?: unknown } }
  >;
  const known = Object.keys(contract) as Scope[];
  const problems = [
    ...known.filter((path) => !procedures[path]).map((path) => `${path}: in the contract alone`),
    ...walkProcedures(router).flatMap(({ path, meta }) => {
      const shape = known.includes(path as Scope) ? contract[path as Scope] : null;
      if (!shape) return [`${path}: not in the contract`];
      const { inputs, output } = procedures[path]?._def ?? { inputs: [] };
      return [
        ...(meta?.assurance === 'service' ? [] : [`${path}: not for services`]),
        ...(inputs.length === 1 && inputs[0] === shape.input ? [] : [`${path}: another input`]),
        ...(output === shape.output ? [] : [`${path}: another output`]),
      ];
    }),
  ];
  if (problems.length > 0) throw new Error(`Not the services' contract:\n${problems.join('\n')}`);
}
