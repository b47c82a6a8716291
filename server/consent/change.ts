import type { Tx } from '../../db/connect.ts';
import { type ConsentChannel, type ConsentTopic, consentEvent } from '../../db/schema/consent.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record.ts';
import { newId } from '../crypto/token.ts';
import type { Vault } from '../crypto/vault.ts';
import { CURRENT_POLICY_VERSION } from '../policy/version.ts';
import { tellServices } from '../services/tell.ts';

export type Choice = { topic: ConsentTopic; channel: ConsentChannel; granted: boolean };
type Source = (typeof consentEvent.$inferSelect)['source'];

/**
 * Records yeses and noes, each with its receipt id, and one audit event for all of them. The database
 * refuses a yes that no act of the person stands behind.
 * @returns the receipt ids, in the order of the choices
 */
export async function changeConsent(
  tx: Tx,
  {
    vault,
    subjectId,
    actor,
    choices,
    source,
    requestId,
    now,
  }: {
    vault: Vault;
    subjectId: string;
    actor: Actor;
    choices: readonly Choice[];
    source: Source;
    requestId: string;
    now: Date;
  },
): Promise<string[]> {
  if (choices.length === 0) return [];
  const rows = choices.map((choice) => ({
    ...choice,
    id: newId(now),
    subjectId,
    actorKind: actor.kind,
    sessionHandle: actor.kind === 'subject' ? actor.sessionHandle : null,
    source,
    policyVersion: CURRENT_POLICY_VERSION,
    occurredAt: now,
  }));
  await tx.insert(consentEvent).values(rows);
  await tellServices(tx, {
    subjectId,
    kind: 'consent.changed',
    codes: choices.map(({ topic, channel }) => `${topic}/${channel}`),
    now,
  });
  await recordAudit(tx, vault, {
    action: source === 'gpc_signal' ? 'consent.signal_honoured' : 'consent.changed',
    actor,
    subjectId,
    purpose: 'privacy_rights',
    sections: ['choices'],
    requestId,
    details: {
      source,
      changed: choices.map(
        ({ topic, channel, granted }) => `${topic}/${channel}: ${granted ? 'on' : 'off'}`,
      ),
    },
    now,
  });
  return rows.map((row) => row.id);
}
