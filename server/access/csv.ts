import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { Router } from 'express';
import { withSubject } from '../../db/connect.ts';
import { subjectTables } from '../../db/data-map/index.ts';
import { type ViewPage, viewRows, visibleColumns } from '../../db/data-map/view.ts';
import { addressSettlesAt } from '../account/address-cool-down.ts';
import { recordAudit } from '../audit/record.ts';
import { readSession } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { askedFromElsewhere } from '../trpc/gate.ts';
import { contextOf } from '../trpc/http.ts';
import { csvCell } from './csv-cell.ts';
import { countryOf, unsealer } from './read.ts';

const BATCH = 1_000;

/** A table at hand as CSV: everything *Your data* shows of it, streamed. */
export function csvRoutes(deps: Deps): Router {
  const routes = Router({ caseSensitive: true, strict: true });
  routes.get('/download/csv/:table', async (req, res) => {
    if (req.method !== 'GET') return void res.status(405).end();
    if (askedFromElsewhere(req))
      return void res.status(403).type('text/plain').send('Open this from the portal.\n');
    const ctx = contextOf(deps, req, res);
    const session = await readSession({ deps, kind: 'user', token: ctx.tokens.user, now: ctx.now });
    if (!session) return void res.redirect(303, '/sign-in');
    // The pages say until when, and offer no file.
    const settles = { subjectId: session.subjectId, now: ctx.now };
    const cooling = session.restrictedUntil && session.restrictedUntil > ctx.now;
    if (cooling || (await addressSettlesAt(deps.connection.db, settles)))
      return void res.redirect(303, '/data');
    const table = subjectTables.find(({ name }) => name === req.params.table);
    const columns = table ? visibleColumns(table) : [];
    if (!table || columns.length === 0)
      return void res.status(404).type('text/plain').send('There is no such table.\n');
    const chosen = table;
    const { subjectId } = session;
    await withSubject(deps.connection.db, subjectId, 'read', (tx) =>
      recordAudit(tx, deps.vault, {
        action: 'data.exported_table',
        actor: { kind: 'subject', subjectId, sessionHandle: session.handle },
        subjectId,
        purpose: 'privacy_rights',
        sections: [table.section],
        requestId: ctx.requestId,
        details: { table: table.name },
        now: ctx.now,
      }),
    );
    res.setHeader('Content-Type', 'text/csv; charset=utf-8');
    res.setHeader(
      'Content-Disposition',
      `attachment; filename="easellm-${table.sqlName.replaceAll('_', '-')}.csv"`,
    );
    res.setHeader('Cache-Control', 'no-store');

    async function* rows(): AsyncGenerator<string[]> {
      yield [...columns.map(({ label }) => label), 'Deletes on'];
      let cursor: string | null = null;
      do {
        const from: string | null = cursor;
        const page: ViewPage = await withSubject(
          deps.connection.db,
          subjectId,
          'read',
          async (tx) => {
            const [country, unseal] = await Promise.all([
              countryOf(tx, subjectId),
              unsealer({ tx, vault: deps.vault, subjectId }),
            ]);
            return viewRows(tx, {
              table: chosen,
              subjectId,
              country,
              unseal,
              limit: BATCH,
              cursor: from,
            });
          },
        );
        for (const row of page.rows)
          yield [...row.values.map(csvCell), row.deleteOn?.toISOString().slice(0, 10) ?? ''];
        cursor = page.next;
      } while (cursor);
    }
    try {
      await pipeline(
        Readable.from(rows(), { objectMode: true }),
        stringify({ record_delimiter: '\r\n', bom: true }),
        res,
      );
    } catch (cause) {
      // Nothing more can be said to a browser that has begun to save the file; a cut connection tells it.
      if (!req.destroyed)
        deps.log.error({ err: cause, requestId: ctx.requestId }, 'a table could not be written');
      res.destroy();
    }
  });
  return routes;
}
