import { seedServiceKeys } from '../../../db/seed/credentials.ts';
import type { World } from '../../../db/seed/people.ts';
import { type SeedServiceId, seedServices } from '../../../db/seed/personas.ts';
import type { Deps } from '../../deps.ts';
import { createSigner } from '../../services/client/sign.ts';
import { connectHolders } from '../../services/tasks/testing.ts';
import type { Answer, Ask } from '../ask.ts';

/** The demo's services, as they call: each procedure by turns of those that may call it, for what they may. */
export type Services = {
  askAsService(path: string, body: string, turn: number): Promise<Answer>;
  /** Private keys, by service; PKCS #8 PEM. */
  keys: Record<string, string>;
};

/** Makes the demo's services known to a portal, and two of them holders. */
export async function knownServices(deps: Deps, ask: Ask): Promise<Services> {
  const launch = new Date(deps.clock().getTime() - 86_400_000);
  const keys = await deps.connection.sql.begin((sql) => seedServiceKeys(sql, { launch } as World));
  await connectHolders(deps);
  const ids = Object.keys(seedServices) as SeedServiceId[];
  const signers = ids.map((id) => {
    const scopes: Record<string, { purposes: readonly string[] }> = seedServices[id].scopes;
    return { sign: createSigner({ service: id, key: keys[id] }), scopes };
  });
  return {
    keys: Object.fromEntries(ids.map((id) => [id, keys[id].privateKeyPem])),
    async askAsService(procedure, text, turn) {
      const may = signers.filter(({ scopes }) => procedure in scopes);
      const signer = may[turn % may.length];
      const purposes = signer?.scopes[procedure]?.purposes ?? [];
      const purpose = purposes[turn % purposes.length];
      if (!signer || !purpose) throw new Error(`no service may call ${procedure}`);
      const body = new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
      const authorization = await signer.sign({ procedure, body, purpose, now: deps.clock() });
      return ask(`/trpc/${procedure}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: text,
      });
    },
  };
}
