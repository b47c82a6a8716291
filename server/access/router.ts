import { withSubject } from '../../db/connect.ts';
import { type MapTable, subjectTableNamed } from '../../db/data-map/index.ts';
import { maskValue } from '../../db/data-map/mask.ts';
import { visibleColumns } from '../../db/data-map/view.ts';
import type { Section } from '../../db/data-map/vocabulary.ts';
import { recordOwnRead } from '../audit/own-read.ts';
import { recordStaffView, recordStaffViewIn } from '../audit/staff-view.ts';
import { assertPoint, budgets } from '../auth/limits.ts';
import type { LiveSession } from '../auth/sessions.ts';
import { DomainError } from '../errors.ts';
import type { Context } from '../trpc/context.ts';
import { router } from '../trpc/init.ts';
import { nothing } from '../trpc/input.ts';
import { subjectProcedure, viewableProcedure } from '../trpc/ladder.ts';
import { readHolders } from './holders.ts';
import { searchInput, sectionInput, tableInput } from './input.ts';
import { overviewOfData, readSection, readTable, searchData } from './read.ts';
import { shownTables } from './support-sees.ts';

const options = { purpose: 'privacy_rights', audit: 'own_read' } as const;
const look = viewableProcedure(options);
/** The person's alone: support does not search, and asks no other system. */
const own = subjectProcedure(options);

/** What is held about the person: counts, chapters, tables, other systems, search. */
export const accessRouter = router({
  overview: look.input(nothing).query(({ ctx, path }) =>
    reading(ctx, {
      page: path,
      read: overviewOfData,
      sectionsOf: () => [],
    }),
  ),
  section: look.input(sectionInput).query(({ ctx, path, input }) =>
    reading(ctx, {
      page: path,
      read: (reader) => readSection(reader, input.section),
      sectionsOf: () => [input.section],
      fields: shownTables(input.section, ctx.session.grant?.scope).flatMap(fieldsOf),
    }),
  ),
  table: look.input(tableInput).query(({ ctx, path, input }) =>
    reading(ctx, {
      page: path,
      read: (reader) =>
        readTable(reader, { name: input.table, cursor: input.cursor, search: input.search }),
      sectionsOf: (table) => [table.section],
      fields: fieldsOf(subjectTableNamed(input.table)),
    }),
  ),
  holders: own.input(nothing).query(({ ctx, path }) =>
    reading(ctx, {
      page: path,
      read: ({ tx, subjectId }) => readHolders(tx, { subjectId }),
      sectionsOf: () => [],
    }),
  ),
  search: own.input(searchInput).query(async ({ ctx, path, input }) => {
    await assertPoint(ctx.deps, budgets.searchByAccount, ctx.subjectId, ctx.now);
    return reading(ctx, {
      page: path,
      read: (reader) => searchData(reader, input.search),
      sectionsOf: ({ hits }) => hits.map(({ section }) => section),
    });
  }),
});

/** Names of what a page shows, as *Who looked* tells them. */
function fieldsOf(table: MapTable): string[] {
  return visibleColumns(table).map(({ label }) => `${table.title}: ${label}`);
}

type Reading = Pick<Context, 'deps' | 'now' | 'requestId'> & {
  subjectId: string;
  session: LiveSession;
};

/** A read of a person's rows with its record, in one transaction: once for the person, always for staff. */
async function reading<T>(
  ctx: Reading,
  {
    page,
    read,
    sectionsOf,
    fields = [],
  }: {
    page: string;
    read: (reader: Parameters<typeof readSection>[0]) => Promise<T>;
    sectionsOf: (result: T) => readonly Section[];
    fields?: readonly string[];
  },
): Promise<T> {
  const { deps, subjectId, session, requestId, now } = ctx;
  const { vault } = deps;
  const { grant } = session;
  if (grant) {
    const view = { session, page };
    try {
      return await withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
        const result = await read({ tx, vault, subjectId, mask: maskValue, scope: grant.scope });
        const sections = sectionsOf(result);
        await recordStaffViewIn(tx, ctx, { ...view, sections, fields });
        return result;
      });
    } catch (cause) {
      // What was tried and not shown stands in the customer's log too.
      if (cause instanceof DomainError) await recordStaffView(ctx, { ...view, outcome: 'refused' });
      throw cause;
    }
  }
  return withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
    const result = await read({ tx, vault, subjectId });
    const seen = [...new Set(sectionsOf(result))];
    await Promise.all(
      seen.map((section) =>
        recordOwnRead(tx, vault, { subjectId, session, section, requestId, now }),
      ),
    );
    return result;
  });
}
