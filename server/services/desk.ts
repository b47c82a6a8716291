import { z } from 'zod';
import { inThirdPerson } from '../../db/data-map/third-person.ts';
import { type Purpose, purposes } from '../../db/data-map/vocabulary.ts';
import { recordAudit } from '../audit/record.ts';
import { router } from '../trpc/init.ts';
import { nothing, text } from '../trpc/input.ts';
import { staffProcedure, staffStepUpProcedure } from '../trpc/ladder.ts';
import { listServices, retireKey, rotateKey } from './keys.ts';

const administrators = { roles: ['administrator'], purpose: 'platform_security' } as const;

const serviceId = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
const keyId = z.string().regex(/^[A-Za-z0-9-]{1,80}$/);
const rotateInput = z.strictObject({ serviceId, publicKey: text(1_000) });
const retireInput = z.strictObject({ keyId });

/** What an administrator sees of services and does with their keys; public halves alone come and go. */
export const servicesDeskRouter = router({
  list: staffProcedure(administrators)
    .input(nothing)
    .query(({ ctx: { deps, actor, requestId, now } }) =>
      deps.connection.db.transaction(async (tx) => {
        await recordAudit(tx, deps.vault, {
          action: 'service.listed',
          actor,
          subjectId: null,
          purpose: 'platform_security',
          requestId,
          now,
        });
        return { services: (await listServices(tx)).map(withPurposes) };
      }),
    ),

  rotate: staffStepUpProcedure(administrators)
    .input(rotateInput)
    .mutation(({ ctx: { deps, actor, requestId, now }, input }) =>
      deps.connection.db.transaction((tx) =>
        rotateKey(tx, deps.vault, { ...input, actor, requestId, now }),
      ),
    ),

  retire: staffStepUpProcedure(administrators)
    .input(retireInput)
    .mutation(({ ctx: { deps, actor, requestId, now }, input }) =>
      deps.connection.db.transaction((tx) =>
        retireKey(tx, deps.vault, { ...input, actor, requestId, now }),
      ),
    ),
});

type Listed = Awaited<ReturnType<typeof listServices>>[number];

/** Each purpose also in words, as one says it of customers; by its code it is allowed at the terminal. */
function withPurposes({ scopes, ...service }: Listed) {
  return {
    ...service,
    scopes: scopes.map(({ purposes: codes, ...scope }) => ({
      ...scope,
      purposes: codes.map((code) => {
        const words = purposes[code as Purpose]?.text;
        return { code, text: words ? inThirdPerson(words) : null };
      }),
    })),
  };
}
