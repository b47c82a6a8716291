import { router } from '../trpc/init.ts';
import { holdProcedures } from './holds/procedures.ts';
import { queueProcedures } from './requests/procedures.ts';

/** The privacy officer's desk. */
export const oversightRouter = router({ ...holdProcedures, ...queueProcedures });
