import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../../../db/connect.ts';
import { recordAudit } from '../../audit/record.ts';
import type { Vault } from '../../crypto/vault.ts';

/** A person's part in an organisation, as far as a deletion is concerned. */
export type OwnershipEdge = {
  organisationId: string;
  name: string;
  otherMembers: number;
  /** Nobody else owns it: it must be handed over first, or, without other members, closes. */
  soleOwner: boolean;
};

/** Needs a connection that sees other people's memberships; returns nothing of them but numbers. */
export async function ownershipEdges(db: Db | Tx, subjectId: string): Promise<OwnershipEdge[]> {
  const rows = await db.execute<{
    id: string;
    name: string;
    others: string;
    owners: string;
    role: string;
  }>(sql`
    select o.id, o.name, m.role,
      (select count(*) from membership x where x.organisation_id = o.id and x.subject_id <> m.subject_id) as others,
      (select count(*) from membership x where x.organisation_id = o.id and x.subject_id <> m.subject_id and x.role = 'owner') as owners
    from membership m join organisation o on o.id = m.organisation_id
    where m.subject_id = ${subjectId}::uuid order by o.name, o.id`);
  return rows.map((row) => ({
    organisationId: row.id,
    name: row.name,
    otherMembers: Number(row.others),
    soleOwner: row.role === 'owner' && Number(row.owners) === 0,
  }));
}

/** Edges that stand in the way: an organisation of several people would be left without an owner. */
export function blockingEdges(edges: readonly OwnershipEdge[]): OwnershipEdge[] {
  return edges.filter(({ soleOwner, otherMembers }) => soleOwner && otherMembers > 0);
}

/**
 * Makes the member who has been there longest an owner beside the person.
 *
 * @returns the new owner's subject, or null when the person does not own it or nobody else is in it
 */
export async function handOver(
  tx: Tx,
  { subjectId, organisationId }: { subjectId: string; organisationId: string },
): Promise<string | null> {
  const [row] = await tx.execute<{ subject_id: string }>(sql`
    update membership set role = 'owner'
    where organisation_id = ${organisationId}::uuid
      and exists (select 1 from membership me where me.organisation_id = ${organisationId}::uuid
        and me.subject_id = ${subjectId}::uuid and me.role = 'owner')
      and subject_id = (select subject_id from membership
        where organisation_id = ${organisationId}::uuid and subject_id <> ${subjectId}::uuid
        order by joined_at, subject_id limit 1)
    returning subject_id`);
  return row?.subject_id ?? null;
}

/** Records for a new owner that they became one; who handed over is said nowhere in their log. */
export async function recordNewOwner(
  tx: Tx,
  vault: Vault,
  { newOwner, requestId, now }: { newOwner: string; requestId: string; now: Date },
): Promise<void> {
  await recordAudit(tx, vault, {
    action: 'account.corrected',
    actor: { kind: 'system', job: 'organisation.hand_over' },
    subjectId: newOwner,
    purpose: 'operate_account',
    sections: ['account'],
    requestId,
    details: { field: 'membership.role' },
    now,
  });
}

/** Deletes organisations whose last member this person is. */
export async function closeEmptied(tx: Tx, subjectId: string): Promise<number> {
  const result = await tx.execute(sql`
    delete from organisation as o
    where exists (select 1 from membership m where m.organisation_id = o.id and m.subject_id = ${subjectId}::uuid)
      and not exists (select 1 from membership m where m.organisation_id = o.id and m.subject_id <> ${subjectId}::uuid)`);
  return result.count;
}
