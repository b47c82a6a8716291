import { controller, processingRegister } from '../../db/data-map/processing.ts';
import { router } from '../trpc/init.ts';
import { nothing } from '../trpc/input.ts';
import { staffProcedure } from '../trpc/ladder.ts';
import { holdProcedures } from './holds/procedures.ts';
import { registerCsv } from './register.ts';
import { queueProcedures } from './requests/procedures.ts';

/** Says what is processed and nothing of anybody: there is nobody in whose log it could stand. */
const register = staffProcedure({
  roles: ['officer', 'administrator'],
  purpose: 'accountability',
  audit: 'none',
});

/** The privacy officer's desk. */
export const oversightRouter = router({
  ...holdProcedures,
  ...queueProcedures,
  register: register.input(nothing).query(() => {
    const entries = processingRegister();
    return { controller, entries, csv: registerCsv(entries) };
  }),
});
