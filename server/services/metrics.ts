import { Counter } from 'prom-client';

/** Calls whose signature held, by how they ended. */
export const serviceCalls = new Counter({
  name: 'portal_service_calls_total',
  help: 'Signed calls of services, by service, procedure and outcome',
  labelNames: ['service', 'procedure', 'outcome'],
  registers: [],
});

/** Every refused call is counted, also those of a flood, of which few are recorded. */
export const serviceRefusals = new Counter({
  name: 'portal_service_refusals_total',
  help: 'Refused calls of services, by reason',
  labelNames: ['reason'],
  registers: [],
});
