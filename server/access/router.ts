import { type Tx, withSubject } from '../../db/connect.ts';
import type { Section } from '../../db/data-map/vocabulary.ts';
import { recordOwnRead } from '../audit/own-read.ts';
import { assertPoint, budgets } from '../auth/limits.ts';
import type { LiveSession } from '../auth/sessions.ts';
import type { Context } from '../trpc/context.ts';
import { router } from '../trpc/init.ts';
import { nothing } from '../trpc/input.ts';
import { subjectProcedure } from '../trpc/ladder.ts';
import { readHolders } from './holders.ts';
import { searchInput, sectionInput, tableInput } from './input.ts';
import { overviewOfData, readSection, readTable, searchData } from './read.ts';

const look = subjectProcedure({
  purpose: 'privacy_rights',
  audit: 'own_read',
  impersonation: 'read',
});

/** What is held about the person: counts, chapters, tables, other systems, search. */
export const accessRouter = router({
  overview: look.input(nothing).query(({ ctx }) =>
    reading(
      ctx,
      (tx) => overviewOfData({ tx, vault: ctx.deps.vault, subjectId: ctx.subjectId }),
      () => [],
    ),
  ),
  section: look.input(sectionInput).query(({ ctx, input }) =>
    reading(
      ctx,
      (tx) => readSection({ tx, vault: ctx.deps.vault, subjectId: ctx.subjectId }, input.section),
      () => [input.section],
    ),
  ),
  table: look.input(tableInput).query(({ ctx, input }) =>
    reading(
      ctx,
      (tx) =>
        readTable(
          { tx, vault: ctx.deps.vault, subjectId: ctx.subjectId },
          { name: input.table, cursor: input.cursor, search: input.search },
        ),
      (table) => [table.section],
    ),
  ),
  holders: look.input(nothing).query(({ ctx }) =>
    reading(
      ctx,
      (tx) => readHolders(tx, { subjectId: ctx.subjectId }),
      () => [],
    ),
  ),
  search: look.input(searchInput).query(async ({ ctx, input }) => {
    await assertPoint(ctx.deps, budgets.searchByAccount, ctx.subjectId, ctx.now);
    return reading(
      ctx,
      (tx) => searchData({ tx, vault: ctx.deps.vault, subjectId: ctx.subjectId }, input.search),
      ({ hits }) => hits.map(({ section }) => section),
    );
  }),
});

type Reading = Pick<Context, 'deps' | 'now' | 'requestId'> & {
  subjectId: string;
  session: LiveSession;
};

/** A read of the person's own rows with its record, in one transaction. */
function reading<T>(
  ctx: Reading,
  read: (tx: Tx) => Promise<T>,
  sectionsOf: (result: T) => readonly Section[],
): Promise<T> {
  const { deps, subjectId, session, requestId, now } = ctx;
  return withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
    const result = await read(tx);
    const seen = [...new Set(sectionsOf(result))];
    await Promise.all(
      seen.map((section) =>
        recordOwnRead(tx, deps.vault, { subjectId, session, section, requestId, now }),
      ),
    );
    return result;
  });
}
