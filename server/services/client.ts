import { PortalUnreachable } from './client/errors.ts';
import { pause, type Sending, send } from './client/send.ts';
import { createSigner, type ServiceKey } from './client/sign.ts';
import { contract, type InputOf, type OutputOf, type Scope } from './contract/index.ts';
import type { ServicePurpose } from './contract/purpose.ts';

const TIMEOUT_MS = 15_000;
const ATTEMPTS = 4;

export type CallOptions = {
  /** For this call, instead of the client's own. */
  purpose?: ServicePurpose;
  signal?: AbortSignal;
};
type Call<S extends Scope> = (input: InputOf<S>, options?: CallOptions) => Promise<OutputOf<S>>;
type RoomOf<S extends Scope> = S extends `${infer Room}.${string}` ? Room : never;
type NameIn<S extends Scope, Room extends string> = S extends `${Room}.${infer Name}`
  ? Name
  : never;

/** The procedures of the declared scopes, and no other: `client.usage.report`. */
export type PortalClient<S extends Scope> = {
  readonly [Room in RoomOf<S>]: {
    readonly [Name in NameIn<S, Room>]: Call<Extract<S, `${Room}.${Name}`>>;
  };
};

export type PortalClientOptions<S extends Scope> = {
  /** Of the services' listener. */
  url: string;
  /** Id under which the portal knows the caller. */
  service: string;
  key: ServiceKey;
  /** What the caller means to use. The portal decides for itself what it may. */
  scopes: readonly S[];
  /** Why it calls, unless a call says otherwise. Stands in the log of whom it is about. */
  purpose: ServicePurpose;
  /** Milliseconds until an attempt is given up. */
  timeoutMs?: number;
  /** How often a call that may be repeated is sent at most, while the portal is away. */
  attempts?: number;
  fetch?: typeof fetch;
  now?: () => Date;
  /** How it waits between two attempts, in milliseconds. */
  pause?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
};

/**
 * The portal's procedures for services. Each call is signed, answered with what the contract says, or
 * ends with a `PortalRefusal` or `PortalUnreachable`.
 */
export function createPortalClient<const S extends Scope>({
  url,
  service,
  key,
  scopes,
  purpose,
  timeoutMs = TIMEOUT_MS,
  attempts = ATTEMPTS,
  fetch: fetchWith = fetch,
  now = () => new Date(),
  pause: pauseWith = pause,
}: PortalClientOptions<S>): PortalClient<S> {
  const sending: Sending = {
    url: url.replace(/\/+$/, ''),
    sign: createSigner({ service, key }),
    timeoutMs,
    attempts,
    fetch: fetchWith,
    now,
    pause: pauseWith,
  };
  const client: Record<string, Record<string, unknown>> = {};
  for (const scope of new Set(scopes)) {
    const [room = '', name = ''] = scope.split('.');
    client[room] = { ...client[room], [name]: callOf(sending, { scope, purpose }) };
  }
  return client as PortalClient<S>;
}

function callOf<S extends Scope>(
  sending: Sending,
  { scope, purpose: usual }: { scope: S; purpose: ServicePurpose },
): Call<S> {
  const { output, repeatable } = contract[scope];
  return async (input, { purpose = usual, signal } = {}) => {
    const data = await send(sending, { procedure: scope, input, purpose, repeatable, signal });
    const answered = output.safeParse(data);
    if (!answered.success)
      throw new PortalUnreachable('The portal answered something else than its contract says.');
    return answered.data as OutputOf<S>;
  };
}
