import { withSubject } from '../../db/connect.ts';
import { router } from '../trpc/init.ts';
import { subjectProcedure } from '../trpc/ladder.ts';
import { logInput } from './input.ts';
import { recordOwnRead } from './own-read.ts';
import { countByActor, readLog } from './read.ts';

/** *Who looked*: the person's own log. */
export const auditRouter = router({
  log: subjectProcedure({ purpose: 'accountability', audit: 'own_read' })
    .input(logInput)
    .query(({ ctx, input }) => {
      const { deps, subjectId, session, requestId, now } = ctx;
      return withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
        await recordOwnRead(tx, deps.vault, {
          subjectId,
          session,
          section: 'records',
          requestId,
          now,
        });
        const [log, counts] = await Promise.all([
          readLog(tx, deps.vault, { subjectId, actor: input.actor, cursor: input.cursor, now }),
          countByActor(tx, { subjectId, now }),
        ]);
        return { ...log, counts };
      });
    }),
});
