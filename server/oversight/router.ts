import { controller, processingRegister } from '../../db/data-map/processing.ts';
import { router } from '../trpc/init.ts';
import { nothing } from '../trpc/input.ts';
import { staffProcedure } from '../trpc/ladder.ts';
import { holdProcedures } from './holds/procedures.ts';
import { countHolds } from './holds/read.ts';
import { registerCsv } from './register.ts';
import { queueProcedures } from './requests/procedures.ts';
import { countQueue } from './requests/queue.ts';

/** Says what is processed and nothing of anybody: there is nobody in whose log it could stand. */
const register = staffProcedure({
  roles: ['officer', 'administrator'],
  purpose: 'accountability',
  audit: 'none',
});

const counts = staffProcedure({
  roles: ['officer', 'administrator'],
  purpose: 'privacy_rights',
  audit: 'none',
});

/** The privacy officer's desk. */
export const oversightRouter = router({
  ...holdProcedures,
  ...queueProcedures,
  /** How much waits, for the first page of the console; nobody in particular. */
  counts: counts.input(nothing).query(({ ctx: { deps, now, role } }) =>
    deps.connection.db.transaction(async (tx) => ({
      requests: role === 'officer' ? await countQueue(tx, now) : null,
      holds: await countHolds(tx, now),
    })),
  ),
  register: register.input(nothing).query(() => {
    const entries = processingRegister();
    return { controller, entries, csv: registerCsv(entries) };
  }),
});
