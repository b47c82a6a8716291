import { seedServiceKeys } from '../../db/seed/credentials.ts';
import type { World as SeedWorld } from '../../db/seed/people.ts';
import { type SeedServiceId, seedServices } from '../../db/seed/personas.ts';
import { createSigner } from '../../server/services/client/sign.ts';
import { type Answer, readAnswer } from './browser.ts';
import type { Portal } from './portal.ts';

/** The demo's services, known to a portal, as whoever holds their keys calls it. */
export type Services = {
  ids: readonly SeedServiceId[];
  /** A call that is signed and not sent. */
  sign(call: ServiceCall): Promise<() => Promise<Answer>>;
  call(call: ServiceCall): Promise<Answer>;
  /** A purpose that the service's scope names for a procedure; null without the scope. */
  purposeOf(service: SeedServiceId, procedure: string): string | null;
};
export type ServiceCall = {
  service: SeedServiceId;
  procedure: string;
  purpose?: string;
  /** JSON text, or what becomes it. */
  input: unknown;
};

export async function knownServices({ deps, internalUrl }: Portal): Promise<Services> {
  const launch = new Date(Date.now() - 86_400_000);
  const keys = await deps.connection.sql.begin((sql) =>
    seedServiceKeys(sql, { launch } as SeedWorld),
  );
  const ids = Object.keys(seedServices) as SeedServiceId[];
  const signers = new Map(
    ids.map((id) => [id, createSigner({ service: id, key: keys[id] })] as const),
  );
  const scopesOf = (service: SeedServiceId): Record<string, { purposes: readonly string[] }> =>
    seedServices[service].scopes;
  const purposeOf = (service: SeedServiceId, procedure: string) =>
    scopesOf(service)[procedure]?.purposes[0] ?? null;

  async function sign({ service, procedure, purpose, input }: ServiceCall) {
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    const body = new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
    const signer = signers.get(service);
    if (!signer) throw new RangeError(`no such service: ${service}`);
    const authorization = await signer({
      procedure,
      body,
      purpose: purpose ?? purposeOf(service, procedure) ?? 'privacy_rights',
      now: new Date(),
    });
    return async () =>
      readAnswer(
        await fetch(`${internalUrl}/trpc/${procedure}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization },
          body,
        }),
      );
  }
  return { ids, sign, purposeOf, call: async (call) => (await sign(call))() };
}
