import { initTRPC } from '@trpc/server';
import type { z } from 'zod';
import type { Actor } from '../actor.ts';
import { asRefusal, formatError, refusalOf } from '../trpc/init.ts';
import type { Meta } from '../trpc/meta.ts';
import { CallRefusal } from './call-refusal.ts';
import type { ServiceContext } from './context.ts';
import type { ContractEntry } from './contract/entry.ts';
import { serviceCalls } from './metrics.ts';
import { noteRefusal } from './note-refusal.ts';
import { scopeOf } from './scopes.ts';

const t = initTRPC
  .context<ServiceContext>()
  .meta<Meta>()
  .create({ isDev: false, errorFormatter: formatError });

/** What every procedure for services says about itself; the purpose comes with each call. */
const meta: Meta = {
  assurance: 'service',
  stepUp: 'none',
  impersonation: 'deny',
  purpose: null,
  roles: [],
  audit: 'act',
  post: true,
  whileDeleting: true,
  coolsDown: false,
  carriesAway: false,
};

/** Counts each call by its end, and records those that are refused. */
const accounted = t.middleware(async ({ ctx, path, next }) => {
  const { deps, caller, requestId, now } = ctx;
  const result = await next();
  const labels = { service: caller.serviceId, procedure: path };
  if (result.ok) {
    serviceCalls.inc({ ...labels, outcome: 'done' });
    return result;
  }
  const error = asRefusal(result.error) ?? result.error;
  const refusal = refusalOf(error);
  const outage = refusal === null || refusal.code === 'UNAVAILABLE' || refusal.code === 'BUSY';
  serviceCalls.inc({ ...labels, outcome: outage ? 'failed' : 'refused' });
  if (!outage) {
    const reason = error.cause instanceof CallRefusal ? error.cause.reason : refusal.code;
    await noteRefusal(deps, {
      serviceId: caller.serviceId,
      reason,
      procedure: path,
      requestId,
      now,
    });
  }
  throw error;
});

/** A procedure of the contract: within the caller's scope, for a purpose that the scope names. */
export function serviceProcedure<I extends z.ZodType, O extends z.ZodType>(
  shape: ContractEntry & { input: I; output: O },
) {
  return t.procedure
    .meta(meta)
    .use(accounted)
    .use(async ({ ctx, path, next }) => {
      const { deps, caller } = ctx;
      const { serviceId, purpose } = caller;
      const scope = await scopeOf(deps.connection.db, { serviceId, procedure: path, purpose });
      const actor: Actor = { kind: 'service', id: serviceId };
      return next({ ctx: { scope, actor } });
    })
    .input(shape.input)
    .output(shape.output);
}

export const { router: serviceRouter, createCallerFactory: createServiceCallerFactory } = t;

/** What a procedure's rule gets to know of a call that its scope allows. */
export type ServiceCall = Omit<ServiceContext, 'caller'> & {
  scope: Awaited<ReturnType<typeof scopeOf>>;
  actor: Actor;
};
