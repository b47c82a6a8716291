import { eq } from 'drizzle-orm';
import { holder, service } from '../../db/schema/service.ts';
import { recordAudit } from '../audit/record.ts';
import { newId } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import { type HolderMode, holderModes, setMode } from '../services/reference-holders/behaviour.ts';
import { holderDir, isReferenceHolder } from '../services/reference-holders/ports.ts';
import { UsageError } from './usage-error.ts';

/**
 * `holder <id> <mode>`: how a reference holder of the demo behaves from now on.
 * `holder <id> connect <service>`: as which service a holder asks for its tasks.
 *
 * @throws {UsageError}
 */
export async function holderCommand(deps: Deps, [id, word, name]: string[]): Promise<number> {
  if (!id || !word) throw new UsageError('holder needs an id and what to do.');
  if (word === 'connect') {
    if (!name) throw new UsageError('holder <id> connect needs the id of a service.');
    await connectHolder(deps, { id, serviceId: name });
    console.log(`${id} asks for its tasks as ${name}.`);
    return 0;
  }
  const mode = holderModes.find((one) => one === word);
  if (!mode) throw new UsageError(`A holder is ${holderModes.join(', ')}, or is to connect.`);
  if (!deps.env.DEMO || !isReferenceHolder(id))
    throw new UsageError('There is no such reference holder in a demo here.');
  setMode(holderDir(deps.env.DATA_DIR, id), mode);
  await recordRun(deps, 'operator.holder-mode');
  console.log(`${id} is ${words[mode]}.`);
  return 0;
}

const words: Record<HolderMode, string> = {
  normal: 'as it should be',
  slow: 'slow: it answers after 15 seconds',
  failing: 'failing: it answers every task with a failure',
  silent: 'silent: it asks for no tasks',
  lying: 'lying: it says that it erased, and does not',
};

/** @throws {UsageError} when there is no such holder or service, or another holder is that service */
async function connectHolder(
  deps: Deps,
  { id, serviceId }: { id: string; serviceId: string },
): Promise<void> {
  const { db } = deps.connection;
  const [known] = await db.select().from(service).where(eq(service.id, serviceId));
  if (!known) throw new UsageError(`There is no service ${serviceId}.`);
  const [other] = await db.select().from(holder).where(eq(holder.serviceId, serviceId));
  if (other && other.id !== id) throw new UsageError(`${other.name} asks as ${serviceId} already.`);
  const [connected] = await db
    .update(holder)
    .set({ serviceId })
    .where(eq(holder.id, id))
    .returning({ id: holder.id });
  if (!connected) throw new UsageError(`There is no holder ${id}.`);
  await recordRun(deps, 'operator.holder-connect');
}

async function recordRun(deps: Deps, job: string): Promise<void> {
  const now = deps.clock();
  await deps.connection.db.transaction((tx) =>
    recordAudit(tx, deps.vault, {
      action: 'operator.ran',
      actor: { kind: 'system', job },
      subjectId: null,
      purpose: 'accountability',
      requestId: newId(now),
      now,
    }),
  );
}
