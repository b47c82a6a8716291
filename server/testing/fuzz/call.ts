import type { Answer } from '../ask.ts';
import type { Arena } from './arena.ts';
import type { Input } from './mix.ts';
import type { Target } from './targets.ts';

/** The portal's own bound. */
const MAX_BATCH = 8;
/** Longer ones go alone, so that no batch is refused for its length. */
const LONG = 7_000;

/**
 * Sent one at a time: what takes tens of milliseconds, for in a batch one answer would be as long as eight; and
 * what ends the session it came with, for the others of a batch would find none.
 */
const alone: ReadonlySet<string> = new Set([
  'auth.signIn',
  'auth.changePassword',
  'auth.finishRecovery',
  'auth.makeRecoveryCodes',
  'signUp.complete',
  'lostFactors.begin',
  'access.overview',
  'access.section',
  'access.search',
  'requests.copyChoices',
  'requests.previewErasure',
  'oversight.register',
  'alarm.raise',
  'auth.stepUp',
  'auth.signOut',
  'desk.stepUp',
  'desk.signOut',
]);

/** Services and streams know no batches. */
function goesAlone({ path, router, type }: Target): boolean {
  return router === 'services' || type === 'subscription' || alone.has(path);
}

/** The next inputs that can go in one request. */
export function nextOf<T extends { input: Input }>(queue: T[], target: Target): T[] {
  const batch: T[] = [];
  const most = goesAlone(target) ? 1 : MAX_BATCH;
  while (queue.length > 0 && batch.length < most) {
    const [next] = queue as [T];
    const single = isSingle(next.input);
    if (single && batch.length > 0) break;
    batch.push(next);
    queue.shift();
    if (single) break;
  }
  return batch;
}

function isSingle({ text }: Input): boolean {
  if (text === null) return false;
  if (text.length > LONG) return true;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** Sends inputs in one request, as who holds a cookie, from a network of its own. */
export async function call(
  { deps, ask, askAsService }: Arena,
  { path, type, router }: Target,
  cookie: string | null,
  inputs: readonly Input[],
  turn: number,
): Promise<Answer> {
  const [first] = inputs;
  if (router === 'services') return askAsService(path, first?.text ?? '', turn);
  const door = router === 'staff' ? '/console/trpc' : '/trpc';
  const headers = {
    origin: new URL(deps.env.PUBLIC_URL).origin,
    'content-type': 'application/json',
    // One proxy is trusted: each call comes from a network of its own.
    'x-forwarded-for': networkOf(turn),
    ...(cookie ? { cookie } : {}),
  };
  if (type === 'subscription') {
    const input =
      first?.text == null ? '' : `?input=${encodeURIComponent(first.text.toWellFormed())}`;
    return ask(`${door}/${path}${input}`, { headers, enough: saidSomething });
  }
  if (first && isSingle(first))
    return ask(`${door}/${path}`, { method: 'POST', headers, body: first.text ?? '' });
  const paths = inputs.map(() => path).join(',');
  const fields = inputs.flatMap(({ text }, at) => (text === null ? [] : [`"${at}":${text}`]));
  return ask(`${door}/${paths}?batch=1`, {
    method: 'POST',
    headers,
    body: `{${fields.join(',')}}`,
  });
}

/** An address in a network of its own: what counts as one is a /24. */
function networkOf(turn: number): string {
  return [11 + ((turn >> 16) & 63), (turn >> 8) & 255, turn & 255, 7].join('.');
}

/** A stream says that it is there, and then what it is asked for, or that it refuses. */
function saidSomething(text: string): boolean {
  return text.split('\ndata: ').length > 2;
}
