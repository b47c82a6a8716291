import { MutationObserver, QueryClient } from '@tanstack/react-query';
import { TRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { askAgain, sessionIsOver } from './session-end.ts';

const refusal = (code: string) =>
  TRPCClientError.from({
    error: { message: code, code: -32_001, data: { refusal: { code, retryAfterSeconds: null } } },
  });
const nobody = () => Promise.reject(refusal('SIGNED_OUT'));
const somebody = () => Promise.resolve({});

describe('after a query was refused as from nobody signed in', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** What came of it, with as much time as it may take. */
  async function outcome(queries: QueryClient, ask: () => Promise<unknown>): Promise<boolean> {
    const over = sessionIsOver(queries, ask);
    await vi.runAllTimersAsync();
    return over;
  }

  test('the session is over when it is asked twice and nobody is signed in', async () => {
    const ask = vi.fn(nobody);
    expect(await outcome(new QueryClient(), ask)).toBe(true);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test('it stands when somebody is, at once or once another tab has the new token', async () => {
    expect(await outcome(new QueryClient(), somebody)).toBe(false);
    const ask = vi.fn(somebody).mockImplementationOnce(nobody);
    expect(await outcome(new QueryClient(), ask)).toBe(false);
  });

  test('without an answer it is not called over', async () => {
    const silent = () => Promise.reject(TRPCClientError.from(new Error('Failed to fetch')));
    expect(await outcome(new QueryClient(), silent)).toBe(false);
  });

  test('nobody is asked before the act on its way has its answer', async () => {
    const queries = new QueryClient();
    let answer = () => {};
    const mutationFn = () => new Promise<void>((resolve) => (answer = resolve));
    const act = new MutationObserver(queries, { mutationFn }).mutate();
    const ask = vi.fn(somebody);
    const over = sessionIsOver(queries, ask);
    await vi.runAllTimersAsync();
    expect(ask).not.toHaveBeenCalled();
    answer();
    await act;
    expect(await over).toBe(false);
    expect(ask).toHaveBeenCalledOnce();
  });
});

test('what was refused meanwhile is asked again, and nothing else', async () => {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const asked = { refused: vi.fn(nobody), answered: vi.fn(somebody) };
  for (const [name, queryFn] of Object.entries(asked))
    await queries.fetchQuery({ queryKey: [name], queryFn }).catch(() => null);
  await askAgain(queries);
  expect(queries.getQueryState(['refused'])?.isInvalidated).toBe(true);
  expect(queries.getQueryState(['answered'])?.isInvalidated).toBe(false);
});
