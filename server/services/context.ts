import type { Deps } from '../deps.ts';

/** Whose call it is, proved by its signature. */
export type Caller = { serviceId: string; keyId: string; purpose: string };

/** What is known of a service's call before its scope is looked up. */
export type ServiceContext = { deps: Deps; now: Date; requestId: string; caller: Caller };
