import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { cookieChoice, optOutSignal } from '../../db/schema/consent.ts';
import type { Actor } from '../actor.ts';
import { addNotice } from '../overview/notices.ts';
import type { Context } from '../trpc/context.ts';
import { type Choice, changeConsent, takeTurn } from './change.ts';
import { REGISTER_VERSION } from './register.ts';
import { consentStates } from './state.ts';

const cookieTopics = [
  { topic: 'cookies_functional', key: 'functional' },
  { topic: 'cookies_statistics', key: 'statistics' },
] as const;

/**
 * At sign-in, the browser's choice and the account's become one: where they differ, the more
 * protective holds, and the person is told. An opt-out signal of the browser reaches the account first.
 */
export async function mergeVisitorChoice(
  tx: Tx,
  ctx: Context,
  { subjectId, sessionHandle }: { subjectId: string; sessionHandle: string },
): Promise<void> {
  const actor = { kind: 'subject', subjectId, sessionHandle } as const;
  await takeTurn(tx, subjectId);
  if (ctx.gpc) await honourSignal(tx, ctx, { subjectId });
  if (ctx.visitorId !== null)
    await mergeCookies(tx, ctx, { subjectId, actor, visitorId: ctx.visitorId });
}

async function mergeCookies(
  tx: Tx,
  { deps, now, requestId, gpc }: Context,
  { subjectId, actor, visitorId }: { subjectId: string; actor: Actor; visitorId: string },
): Promise<void> {
  const [browser] = await tx
    .select()
    .from(cookieChoice)
    .where(eq(cookieChoice.visitorId, visitorId));
  if (!browser || browser.source === 'gpc_signal' || browser.registerVersion !== REGISTER_VERSION)
    return;
  // Said before the browser sent the signal: no longer a yes, and not a no of the person's either.
  const silenced = gpc && browser.statistics && !browser.underSignal;
  const states = await consentStates(tx, subjectId);
  const choices: Choice[] = [];
  const lowered: Partial<Pick<typeof browser, 'functional' | 'statistics'>> = {};
  for (const { topic, key } of cookieTopics) {
    if (key === 'statistics' && silenced) continue;
    const known = states.find((state) => state.topic === topic);
    const granted = browser[key] && (known?.granted ?? true);
    if (known?.granted !== granted) choices.push({ topic, channel: 'browser', granted });
    if (browser[key] !== granted) lowered[key] = granted;
  }
  await changeConsent(tx, {
    vault: deps.vault,
    subjectId,
    actor,
    choices,
    source: browser.source,
    requestId,
    now,
  });
  if (Object.keys(lowered).length > 0) {
    await tx.update(cookieChoice).set(lowered).where(eq(cookieChoice.visitorId, visitorId));
    await addNotice(tx, { subjectId, kind: 'choices_merged', reference: null, now });
  }
}

/**
 * Global Privacy Control of a signed-in browser: what was allowed before the signal was first seen is
 * withdrawn, with a receipt; what the person allows in spite of it afterwards stays.
 */
export async function honourSignal(
  tx: Tx,
  ctx: Context,
  { subjectId }: { subjectId: string },
): Promise<void> {
  const { deps, now, requestId } = ctx;
  const [signal] = await tx
    .insert(optOutSignal)
    .values({ subjectId, firstSeenAt: now, lastSeenAt: now, userAgentFamily: ctx.userAgentFamily })
    .onConflictDoUpdate({
      target: optOutSignal.subjectId,
      set: { lastSeenAt: now, userAgentFamily: ctx.userAgentFamily },
    })
    .returning();
  const since = signal?.firstSeenAt ?? now;
  const choices = (await consentStates(tx, subjectId))
    .filter(
      (state) => state.granted && state.topic !== 'cookies_functional' && state.occurredAt <= since,
    )
    .map(({ topic, channel }) => ({ topic, channel, granted: false }));
  await changeConsent(tx, {
    vault: deps.vault,
    subjectId,
    actor: { kind: 'system', job: 'consent.signal' },
    choices,
    source: 'gpc_signal',
    requestId,
    now,
  });
}
