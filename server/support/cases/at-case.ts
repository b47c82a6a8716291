import type { Tx } from '../../../db/connect.ts';
import type { Vault } from '../../crypto/vault.ts';
import type { Context } from '../../trpc/context.ts';
import { type DeskCall, inCase, type Which } from './taken.ts';

type AtDesk = Pick<Context, 'deps'> & Omit<DeskCall, 'publicUrl'>;

/** An act of staff in one case, on the rows of the customer whose case it is. @throws {DomainError} NOT_FOUND */
export function atCase<Rest extends unknown[], T>(
  ctx: AtDesk,
  reference: string,
  act: (tx: Tx, vault: Vault, call: DeskCall, which: Which, ...rest: Rest) => Promise<T>,
  ...rest: Rest
): Promise<T> {
  const { connection, vault, env } = ctx.deps;
  const call = { ...ctx, publicUrl: env.PUBLIC_URL };
  return inCase(connection.db, reference, (tx, which) => act(tx, vault, call, which, ...rest));
}
