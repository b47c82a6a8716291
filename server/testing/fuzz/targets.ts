import type { AnyRouter } from '@trpc/server';
import { appRouter } from '../../root.ts';
import { contract } from '../../services/contract/index.ts';
import { taskResults } from '../../services/contract/tasks.ts';
import { internalRouter } from '../../services/root.ts';
import { walkProcedures } from '../../trpc/boot-check.ts';
import type { Meta } from '../../trpc/meta.ts';
import { inputsOf, type Schema } from '../schemas.ts';
import type { Deeper, Known } from './valid.ts';

export const routers = ['customers', 'staff', 'services'] as const;
export type RouterName = (typeof routers)[number];

/** A procedure with what it takes. */
export type Target = {
  router: RouterName;
  path: string;
  type: string;
  meta: Meta;
  schemas: readonly Schema[];
  deeper: Deeper;
  /** Makes fields of a valid input agree that no schema can say how to make agree. */
  agree(input: unknown, known: Known): unknown;
};

/** Every procedure that anybody can call: customers and those on their way in, staff, services. */
export function allTargets(): Target[] {
  return [...targetsOf(appRouter, false), ...targetsOf(internalRouter, true)];
}

function targetsOf(router: AnyRouter, ofServices: boolean): Target[] {
  return walkProcedures(router).map(({ path, type, meta }) => {
    if (!meta) throw new Error(`${path}: no metadata`);
    return {
      router: ofServices ? 'services' : meta.assurance === 'staff' ? 'staff' : 'customers',
      path,
      type,
      meta,
      schemas: inputsOf(router, path),
      deeper: ofServices ? deeperOf(path) : {},
      agree: (ofServices && agreements[path]) || ((input) => input),
    };
  });
}

/** Rows of reports, and what a holder answers, are looked at behind the schema of the call. */
function deeperOf(path: string): Deeper {
  const shape = contract[path as keyof typeof contract];
  if ('row' in shape) return { rows: shape.row as unknown as Schema };
  return path === 'tasks.answer' ? { result: anyOf(Object.values(taskResults)) } : {};
}

function anyOf(schemas: readonly unknown[]): Schema {
  const options = [...(schemas as Schema[])];
  return {
    safeParse: (input) => ({ success: options.some((one) => one.safeParse(input).success) }),
    _zod: { def: { type: 'union', options } },
  };
}

const agreements: Record<string, Target['agree']> = {
  'billing.report': withSums,
  'tasks.answer': toHandedOut,
  // Whoever waits is answered when there is something, or at the end of that: one in hundreds is enough.
  'tasks.claim': (input) => ({ ...(input as object), waitSeconds: 0 }),
};

/** Answers to what was handed out, three of four; the rest are to anything. */
function toHandedOut(input: unknown, { named }: Known): unknown {
  const handed = named['handed'] ?? [];
  const pick = JSON.stringify(input).length;
  return pick % 4 === 0 ? input : { ...(input as object), ...(handed[pick % handed.length] ?? {}) };
}

type Invoice = { netCents: number; taxCents: number; grossCents: number; lines: InvoiceLine[] };
type InvoiceLine = { amountCents: number };

/** Invoices whose sums are right. */
function withSums(input: unknown): unknown {
  const { rows } = input as { rows: Invoice[] };
  return {
    rows: rows.map((row) => {
      const lines = row.lines.map((one) => ({ ...one, amountCents: one.amountCents % 1_000_000 }));
      const netCents = lines.reduce((sum, { amountCents }) => sum + amountCents, 0);
      const taxCents = row.taxCents % 1_000_000;
      return { ...row, lines, netCents, taxCents, grossCents: netCents + taxCents };
    }),
  };
}
