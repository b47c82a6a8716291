import { and, desc, eq, gt, isNull } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { subjectTableNamed } from '../../db/data-map/index.ts';
import { describeColumn } from '../../db/data-map/register.ts';
import { account, accountChange, emailChange } from '../../db/schema/account.ts';
import type { Sealed } from '../../db/schema/column.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record.ts';
import { newId } from '../crypto/token.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';
import { DomainError } from '../errors.ts';
import { type AskedBy, passOnCorrection } from '../requests/rectification/pass-on.ts';
import { tellServices } from '../services/tell.ts';
import { endViews, openViews } from '../support/end-views.ts';
import { type Correction, editableFields } from './input.ts';

const HISTORY = 50;
const sealedPlace = {
  displayName: 'account.display_name',
  phone: 'account.phone',
  company: 'account.company',
  email: 'account.email',
} as const;
type SealedField = keyof typeof sealedPlace;
type Row = typeof account.$inferSelect;

/** Personal information with what the map says of each field, and what was corrected before. */
export async function personalInformation(
  tx: Tx,
  vault: Vault,
  { subjectId, now }: { subjectId: string; now: Date },
) {
  const [key, [row], changes, [pending]] = await Promise.all([
    vault.subjectKey(tx, subjectId),
    tx.select().from(account).where(eq(account.subjectId, subjectId)),
    tx
      .select()
      .from(accountChange)
      .where(eq(accountChange.subjectId, subjectId))
      .orderBy(desc(accountChange.changedAt))
      .limit(HISTORY),
    tx
      .select({ newEmail: emailChange.newEmail, expiresAt: emailChange.expiresAt })
      .from(emailChange)
      .where(
        and(
          eq(emailChange.subjectId, subjectId),
          isNull(emailChange.confirmedAt),
          isNull(emailChange.endedAt),
          gt(emailChange.expiresAt, now),
        ),
      )
      .orderBy(desc(emailChange.requestedAt))
      .limit(1),
  ]);
  if (!row) throw new DomainError('NOT_FOUND');
  const { columns } = subjectTableNamed('account');
  const about = (field: string) => {
    const column = columns.find((candidate) => candidate.key === field);
    if (!column) throw new RangeError(`no column ${field}`);
    return describeColumn(column);
  };
  return {
    fields: editableFields.map((field) => ({
      field,
      value: plainValue(vault, key, row, field),
      about: about(field),
    })),
    email: {
      value: vault.unseal(key, 'account.email', row.email),
      confirmedAt: row.emailVerifiedAt,
      about: about('email'),
      pending: pending
        ? {
            address: vault.unseal(key, 'email_change.new_email', pending.newEmail),
            expiresAt: pending.expiresAt,
          }
        : null,
    },
    supportAccess: { value: row.supportAccess, about: about('supportAccess') },
    openedAt: row.createdAt,
    history: changes.map((change) => ({
      id: change.id,
      field: change.field,
      label: columns.find(({ key: name }) => name === change.field)?.label ?? change.field,
      before:
        change.oldValue === null
          ? null
          : vault.unseal(key, 'account_change.old_value', change.oldValue),
      after:
        change.newValue === null
          ? null
          : vault.unseal(key, 'account_change.new_value', change.newValue),
      by: change.changedBy,
      changedAt: change.changedAt,
    })),
  };
}

type Who = { subjectId: string; actor: Actor; requestId: string; now: Date };

/**
 * Corrects one field (GDPR Art. 16), keeps what it was and passes it on to whoever else holds it. The row
 * is locked, so that of two corrections at once the history holds both.
 * @param asked the case and the request in which staff correct it for the person
 * @returns whether the value was another one, and whether other holders were asked
 */
export async function correct(
  tx: Tx,
  vault: Vault,
  { subjectId, actor, requestId, now }: Who,
  correction: Correction,
  asked?: { reference: string; request: AskedBy | undefined },
): Promise<{ changed: boolean; passedOn: boolean }> {
  const key = await vault.subjectKey(tx, subjectId);
  const [row] = await tx
    .select()
    .from(account)
    .where(eq(account.subjectId, subjectId))
    .for('update');
  if (!row) throw new DomainError('NOT_FOUND');
  const before = plainValue(vault, key, row, correction.field);
  if (before === correction.value) return { changed: false, passedOn: false };
  const stored =
    isSealed(correction.field) && correction.value !== null
      ? vault.seal(key, sealedPlace[correction.field], correction.value)
      : correction.value;
  await tx
    .update(account)
    .set({ [correction.field]: stored })
    .where(eq(account.subjectId, subjectId));
  await recordChange(tx, vault, key, {
    subjectId,
    field: correction.field,
    before,
    after: correction.value,
    by: actor.kind === 'staff' ? 'support' : 'you',
    now,
  });
  await recordAudit(tx, vault, {
    action: 'account.corrected',
    actor,
    subjectId,
    purpose: 'operate_account',
    sections: ['account'],
    reference: asked?.reference ?? null,
    requestId,
    details: { field: correction.field },
    now,
  });
  const { field } = correction;
  const request = asked?.request;
  const passedOn = await passOnCorrection(tx, vault, { subjectId, field, request, now });
  return { changed: true, passedOn: passedOn !== null };
}

/** Allows support to view the account, or stops it. */
export async function setSupportAccess(
  tx: Tx,
  vault: Vault,
  { subjectId, actor, publicUrl, requestId, now }: Who & { publicUrl: string },
  allowed: boolean,
): Promise<boolean> {
  const key = await vault.subjectKey(tx, subjectId);
  const [row] = await tx
    .select({ allowed: account.supportAccess })
    .from(account)
    .where(eq(account.subjectId, subjectId))
    .for('update');
  if (!row) throw new DomainError('NOT_FOUND');
  if (row.allowed === allowed) return false;
  await tx.update(account).set({ supportAccess: allowed }).where(eq(account.subjectId, subjectId));
  await recordChange(tx, vault, key, {
    subjectId,
    field: 'supportAccess',
    before: row.allowed ? 'yes' : 'no',
    after: allowed ? 'yes' : 'no',
    now,
  });
  await recordAudit(tx, vault, {
    action: 'account.support_access_changed',
    actor,
    subjectId,
    purpose: 'support',
    sections: ['account'],
    requestId,
    details: { allowed },
    now,
  });
  if (!allowed)
    await endViews(tx, vault, openViews.ofSubject(subjectId), {
      by: 'support_access_off',
      actor,
      publicUrl,
      requestId,
      now,
    });
  return true;
}

/** One line of the history, sealed like what it is about; services learn which field it was. */
export async function recordChange(
  tx: Tx,
  vault: Vault,
  key: DataKey,
  {
    subjectId,
    field,
    before,
    after,
    by = 'you',
    now,
  }: {
    subjectId: string;
    field: string;
    before: string | null;
    after: string | null;
    by?: 'you' | 'support';
    now: Date;
  },
): Promise<void> {
  await tx.insert(accountChange).values({
    id: newId(now),
    subjectId,
    field,
    oldValue: before === null ? null : vault.seal(key, 'account_change.old_value', before),
    newValue: after === null ? null : vault.seal(key, 'account_change.new_value', after),
    changedBy: by,
    changedAt: now,
  });
  await tellServices(tx, { subjectId, kind: 'account.corrected', codes: [field], now });
}

function isSealed(field: string): field is SealedField {
  return field in sealedPlace;
}

/** What a column of text says; null where it says nothing, or is of another kind. */
export function plainValue(vault: Vault, key: DataKey, row: Row, field: string): string | null {
  const stored = row[field as keyof Row];
  if (typeof stored !== 'string') return null;
  return isSealed(field) ? vault.unseal(key, sealedPlace[field], stored as Sealed) : stored;
}
