import { eq } from 'drizzle-orm';
import { withSubject } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { assertPoint, budgets } from '../auth/limits.ts';
import { sameSecret } from '../crypto/token.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Deps } from '../deps.ts';
import { changeConsent, takeTurn } from './change.ts';
import { consentStates } from './state.ts';
import type { messageTopics } from './topics.ts';

export type MessageTopic = (typeof messageTopics)[number];

/** The two header fields of a message that can be unsubscribed from by one press (RFC 8058, 3.1). */
export type UnsubscribeHeaders = {
  'List-Unsubscribe': string;
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click';
};

const actor = { kind: 'system', job: 'unsubscribe_link' } as const;
const CHANNEL = 'email';
const ID_BYTES = 16;

/** What a message by e-mail about a topic must carry. The link has no end: the message has none either. */
export function unsubscribeHeaders(
  { vault, env }: Pick<Deps, 'vault' | 'env'>,
  { subjectId, topic }: { subjectId: string; topic: MessageTopic },
): UnsubscribeHeaders {
  const url = new URL(`/unsubscribe/${topic}`, env.PUBLIC_URL);
  url.searchParams.set('token', tokenOf(vault, { subjectId, topic }));
  return {
    'List-Unsubscribe': `<${url.href}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

/**
 * Turns a topic by e-mail off, for the account that the token was made for, if it is on. It can do nothing
 * else, whoever has it. A token that is not ours changes nothing, and whoever sent it is not told so.
 * @throws {DomainError} TOO_MANY_ATTEMPTS with the seconds to wait
 */
export async function unsubscribe(
  deps: Deps,
  { topic, token }: { topic: MessageTopic; token: string },
  { requestId, now }: { requestId: string; now: Date },
): Promise<void> {
  const { vault } = deps;
  const subjectId = subjectOf(token);
  if (!subjectId || !sameSecret(token, tokenOf(vault, { subjectId, topic }))) return;
  await assertPoint(deps, budgets.unsubscribeByAccount, subjectId, now);
  await withSubject(deps.connection.db, subjectId, 'write', async (tx) => {
    const [person] = await tx
      .select({ status: account.status })
      .from(account)
      .where(eq(account.subjectId, subjectId))
      .for('no key update');
    // What is written about a leaving account would hold its erasure up; nothing is sent to it any more.
    if (!person || person.status === 'erasing') return;
    await takeTurn(tx, subjectId);
    const said = (await consentStates(tx, subjectId)).find(
      (state) => state.topic === topic && state.channel === CHANNEL,
    );
    if (!said?.granted) return;
    await changeConsent(tx, {
      vault,
      subjectId,
      actor,
      choices: [{ topic, channel: CHANNEL, granted: false }],
      source: 'unsubscribe_link',
      requestId,
      now,
    });
  });
}

/** Account id and keyed hash over what the token is for, the topic, the channel and the id; base64url. */
function tokenOf(
  vault: Vault,
  { subjectId, topic }: { subjectId: string; topic: MessageTopic },
): string {
  const mac = vault.hashToken('unsubscribe', `${topic}|${CHANNEL}|${subjectId}|v1`);
  return Buffer.from(`${subjectId.replaceAll('-', '')}${mac}`, 'hex').toString('base64url');
}

/** The account id that a token names, or null where it has the shape of none. Nothing is proved by it. */
function subjectOf(token: string): string | null {
  const hex = Buffer.from(token, 'base64url').subarray(0, ID_BYTES).toString('hex');
  const parts = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(hex);
  return parts?.slice(1).join('-') ?? null;
}
