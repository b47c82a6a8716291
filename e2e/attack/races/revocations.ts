import { randomBytes } from 'node:crypto';
import { insertCustomer, type Person } from '../../../server/testing/people.ts';
import { readAnswer } from '../browser.ts';
import { check } from '../program.ts';
import { type Arena, holding, signedIn } from './arena.ts';

const AT_ONCE = 200;

/** Acts of somebody who is signed in, each of which leaves an event; what they change is theirs alone. */
const acts: readonly [string, (number: number) => unknown][] = [
  ['consent.set', (n) => ({ topic: 'product_news', channel: 'email', granted: n % 2 === 0 })],
  ['consent.stopAll', () => ({})],
  ['account.correct', (n) => ({ field: 'displayName', value: `Ada ${n}` })],
  ['account.setSupportAccess', (n) => ({ allowed: n % 2 === 0 })],
  ['requests.askCopy', () => ({ sections: ['account'] })],
  ['cases.open', (n) => ({ kind: 'question', about: `About ${n}`, text: `A question ${n}.` })],
];

/** How a session ends while its calls are under way. */
const ends: readonly [
  string,
  (arena: Arena, person: Person, handle: string) => Promise<unknown>,
][] = [
  [
    'ended from another browser',
    async (arena, person, handle) =>
      (await signedIn(arena, person)).browser.call('auth.endSession', { handle }),
  ],
  [
    'ended with all others',
    async (arena, person) => (await signedIn(arena, person)).browser.call('auth.endOtherSessions'),
  ],
];

/** No effect of a session is committed after its end is. */
export async function revocations(arena: Arena, rounds: number): Promise<void> {
  for (const [how, end] of ends) {
    let late = 0;
    let before = 0;
    const lateActs = new Map<string, number>();
    for (let round = 0; round < rounds; round += 1) {
      const ada = await insertCustomer(arena.portal.deps);
      const { token, handle } = await signedIn(arena, ada);
      const under = Array.from({ length: AT_ONCE }, (_, number) => {
        const [path, inputOf] = acts[number % acts.length] ?? acts[0] ?? ['', () => ({})];
        return holding(arena, token).call(path, inputOf(number));
      });
      const ending = end(arena, ada, handle);
      await Promise.all([...under, ending]);
      const seen = await commitsOf(arena, ada, handle);
      before += seen.before;
      late += seen.late.length;
      for (const action of seen.late) lateActs.set(action, (lateActs.get(action) ?? 0) + 1);
    }
    const which = [...lateActs].map(([action, times]) => `${times} × ${action}`).join(', ');
    check(`${how}: effects committed afterwards`, late === 0 && before > 0, `${late} ${which}`);
    check(`${how}: effects committed before, which show that it was close`, before > 0, before);
  }
}

/** What a session did, by when it was committed: before its end, and after it. */
async function commitsOf({ world }: Arena, { subjectId }: Person, handle: string) {
  const { sql } = world.owner;
  const [end] = await sql<{ at: string }[]>`
    select pg_xact_commit_timestamp(xmin)::text as at from audit_event
    where subject_id = ${subjectId} and action in ('auth.session_ended', 'auth.other_sessions_ended')`;
  if (!end) throw new Error('the session did not end');
  const rows = await sql<{ action: string; late: boolean }[]>`
    select action, pg_xact_commit_timestamp(xmin) > ${end.at}::timestamptz as late from audit_event
    where subject_id = ${subjectId} and session_handle = ${handle}`;
  return {
    before: rows.filter(({ late }) => !late).length,
    late: rows.filter(({ late }) => late).map(({ action }) => action),
  };
}

/** What one request carries beside each other: no call lives from what another of it has just proved. */
export async function batches(arena: Arena, rounds: number): Promise<void> {
  let effects = 0;
  let answered = 0;
  for (let round = 0; round < rounds; round += 1) {
    const ada = await insertCustomer(arena.portal.deps);
    const { token, handle } = await signedIn(arena, ada);
    const calls: [string, unknown][] = [
      ['auth.signOut', {}],
      ...Array.from({ length: 7 }, (_, number): [string, unknown] => [
        'consent.set',
        { topic: 'product_news', channel: 'email', granted: number % 2 === 0 },
      ]),
    ];
    answered += await batch(arena, token, calls);
    const { sql } = arena.world.owner;
    const [late] = await sql<{ n: number }[]>`
      select count(*)::int as n from audit_event where subject_id = ${ada.subjectId}
        and session_handle = ${handle} and action = 'consent.changed'
        and pg_xact_commit_timestamp(xmin) > (select pg_xact_commit_timestamp(e.xmin) from audit_event e
          where e.subject_id = ${ada.subjectId} and e.action = 'auth.signed_out')`;
    effects += late?.n ?? 0;
  }
  check('sign-out and seven choices in one batch: effects after it', effects === 0, effects);
  check('answers to them', answered === rounds * 8, answered);

  const ada = await insertCustomer(arena.portal.deps);
  const { token } = await signedIn(arena, ada);
  const planHash = randomBytes(32).toString('hex');
  const deletion = { planHash, email: ada.email, graceDays: 7, acknowledged: true };
  const { codeAt } = await import('../../../server/auth/totp.ts');
  const stepUp = { code: codeAt(ada.totpSecret, new Date()), act: 'erasure_confirm' };
  const text = await batchText(arena, token, [
    ['auth.stepUp', stepUp],
    ['requests.confirmErasure', deletion],
  ]);
  check(
    'step-up and deletion in one batch: the deletion lacks its step-up',
    /STEP_UP_REQUIRED|SIGNED_OUT/.test(text),
    text.match(/[A-Z]+_[A-Z_]+/)?.[0] ?? text.slice(0, 80),
  );
}

async function batch(arena: Arena, token: string, calls: [string, unknown][]): Promise<number> {
  const answers: unknown = JSON.parse(await batchText(arena, token, calls));
  return Array.isArray(answers) ? answers.length : 0;
}

async function batchText(
  { portal: { url } }: Arena,
  token: string,
  calls: [string, unknown][],
): Promise<string> {
  const answer = await readAnswer(
    await fetch(`${url}/trpc/${calls.map(([path]) => path).join(',')}?batch=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, cookie: `sid=${token}` },
      body: JSON.stringify(Object.fromEntries(calls.map(([, input], index) => [index, input]))),
    }),
  );
  return answer.text;
}
