import { router } from '../trpc/init.ts';
import { holdProcedures } from './holds/procedures.ts';

/** The privacy officer's desk. */
export const oversightRouter = router({ ...holdProcedures });
