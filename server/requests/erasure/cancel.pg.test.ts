import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { consentEvent } from '../../../db/schema/consent.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { test } from '../../testing/pg.ts';
import { erasureReminderJob } from './jobs.ts';
import { openReceipt } from './receipt.ts';
import { cancel, confirm, now, preview, signedInWorld, statusOf } from './testing.ts';

describe('taking an erasure back', () => {
  test('opens the account again; optional mail stays off and API keys stay revoked', async ({
    connection,
  }) => {
    const { deps, ada, handle } = await signedInWorld(connection);
    const { planHash } = await preview(deps, ada);
    const { reference, receiptCode } = await confirm(deps, ada, {
      planHash,
      sessionHandle: handle,
    });
    await expect(cancel(deps, ada, 'R-00000000')).rejects.toThrow('NOT_FOUND');
    await cancel(deps, ada, reference);
    expect(await statusOf(deps, ada)).toBe('active');
    expect(await openReceipt(connection.db, deps.vault, { code: receiptCode, now })).toBeNull();
    expect(await connection.db.$count(consentEvent, eq(consentEvent.granted, true))).toBe(1);
    await expect(cancel(deps, ada, reference)).rejects.toThrow('NOT_CANCELLABLE');
    const [request] = await connection.db.select().from(dataSubjectRequest);
    if (!request) throw new Error('no request');
    const signal = new AbortController().signal;
    await connection.db.transaction((tx) =>
      erasureReminderJob.run({
        deps,
        tx,
        payload: { requestId: request.id },
        now,
        attempt: 1,
        signal,
      }),
    );
    expect(
      await connection.db.$count(outboundMail, eq(outboundMail.template, 'erasure_reminder')),
    ).toBe(0);
    const again = await preview(deps, ada);
    await confirm(deps, ada, { planHash: again.planHash, sessionHandle: handle });
    expect(await statusOf(deps, ada)).toBe('pending_deletion');
  });
});
