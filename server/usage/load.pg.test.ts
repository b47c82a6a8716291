import { asc, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { account } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { gpuSession, ingestKey } from '../../db/schema/usage.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { insertCustomer } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { loadUsage } from './load.ts';

const HEAD =
  'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time';
const pods = [
  'pod-1,12000,16384,1,1000,,LS,Running,0,12537496,0',
  'pod-2,6000,12288,1,460,V100M16|V100M32,Burstable,Running,9437497,10769854,9437497',
  'pod-3,88000,327680,8,1000,T4,LS,Succeeded,9437497,10769854,9437500',
  'pod-4,4000,8192,0,0,,BE,Failed,100,400,200',
  'pod-5,4000,8192,1,500,,BE,Pending,100,400,',
];
const fileOf = (lines: readonly string[], head = HEAD) =>
  new TextEncoder().encode(`${[head, ...lines].join('\n')}\n`);
const now = new Date();
const epoch = new Date(now.getTime() - 200 * 86_400_000);

const load = (deps: Deps, email: string, file: Uint8Array, from = epoch) =>
  loadUsage(deps, { file, epoch: from, email, requestId: 'test', now });

async function nothingLoaded({ connection: { db } }: Deps): Promise<void> {
  expect([
    await db.$count(gpuSession),
    await db.$count(ingestKey),
    await db.$count(auditEvent),
  ]).toEqual([0, 0, 0]);
}

describe('a trace', () => {
  test('becomes the GPU sessions of one customer, with one record', async ({ connection }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [
      await insertCustomer(deps),
      await insertCustomer(deps, { name: 'Eve Moneypenny' }),
    ];
    const result = await load(deps, ada.email.toUpperCase(), fileOf(pods));
    expect(result).toEqual({ loaded: 4, known: 0, neverRan: 1, problems: [] });
    const rows = await connection.db.select().from(gpuSession).orderBy(asc(gpuSession.sourceKey));
    expect(rows.map(({ subjectId }) => subjectId)).toEqual(Array(4).fill(ada.subjectId));
    expect(
      rows.map((row) => [row.sourceKey, row.gpuType, row.gpuCount, row.milliGpu, row.gpuSeconds]),
    ).toEqual([
      ['pod-1', 'any', 1, 1_000, 12_537_496],
      ['pod-2', 'V100M16|V100M32', 1, 460, Math.round(0.46 * 1_332_357)],
      ['pod-3', 'T4', 8, 1_000, 8 * 1_332_354],
      ['pod-4', null, 0, 0, 0],
    ]);
    expect(rows[3]?.startedAt).toEqual(new Date(epoch.getTime() + 200_000));
    expect(rows[3]?.endedAt).toEqual(new Date(epoch.getTime() + 400_000));
    const events = await connection.db.select().from(auditEvent);
    expect(events.map(({ action, subjectId }) => [action, subjectId])).toEqual([
      ['usage.loaded', ada.subjectId],
    ]);
    expect(await connection.db.$count(gpuSession, eq(gpuSession.subjectId, eve.subjectId))).toBe(0);
  });

  test('loaded again loads nothing, and what was added to it is all that is new', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { email } = await insertCustomer(deps);
    await load(deps, email, fileOf(pods.slice(0, 2)));
    expect(await load(deps, email, fileOf(pods.slice(0, 2)))).toEqual({
      loaded: 0,
      known: 2,
      neverRan: 0,
      problems: [],
    });
    expect(await load(deps, email, fileOf(pods))).toEqual({
      loaded: 2,
      known: 2,
      neverRan: 1,
      problems: [],
    });
    expect(await connection.db.$count(gpuSession)).toBe(4);
  });

  test('loaded by three at once is loaded once', async ({ connection }) => {
    const deps = testDeps(connection);
    const { email } = await insertCustomer(deps);
    const results = await Promise.all([1, 2, 3].map(() => load(deps, email, fileOf(pods))));
    expect(results.reduce((sum, { loaded }) => sum + loaded, 0)).toBe(4);
    expect(await connection.db.$count(gpuSession)).toBe(4);
  });

  test('loaded for two customers is each one’s own', async ({ connection }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [
      await insertCustomer(deps),
      await insertCustomer(deps, { name: 'Eve Moneypenny' }),
    ];
    for (const { email } of [ada, eve])
      expect(await load(deps, email, fileOf(pods))).toMatchObject({ loaded: 4 });
    expect(await connection.db.$count(gpuSession, eq(gpuSession.subjectId, eve.subjectId))).toBe(4);
  });

  test('of thousands of pods is loaded whole', async ({ connection }) => {
    const deps = testDeps(connection);
    const { email } = await insertCustomer(deps);
    const many = Array.from(
      { length: 2_345 },
      (_, index) => `pod-${index},1000,1024,1,500,,LS,Succeeded,${index},${index + 60},${index}`,
    );
    expect(await load(deps, email, fileOf(many))).toMatchObject({ loaded: 2_345 });
    expect(await connection.db.$count(gpuSession)).toBe(2_345);
  });

  test('with a byte order mark or Windows line ends is the same trace', async ({ connection }) => {
    const deps = testDeps(connection);
    const { email } = await insertCustomer(deps);
    await load(deps, email, fileOf(pods));
    const windows = new TextEncoder().encode(`\ufeff${[HEAD, ...pods].join('\r\n')}\r\n`);
    expect(await load(deps, email, windows)).toEqual({
      loaded: 0,
      known: 4,
      neverRan: 1,
      problems: [],
    });
  });
});

describe('damage is answered with its line, and nothing is loaded', () => {
  const good = pods[0] ?? '';
  /** The second line of pods, with one field replaced. */
  const broken = (field: string, value: string) => {
    const fields = 'pod-9,6000,12288,1,460,,LS,Running,10,30,20'.split(',');
    fields[HEAD.split(',').indexOf(field)] = value;
    return fields.join(',');
  };

  test.for([
    ['a missing field', 'pod-9,6000,12288', '3 fields instead of 11'],
    ['a field too many', `${good.replace('pod-1', 'pod-9')},1`, '12 fields instead of 11'],
    ['an empty line', '', '1 fields instead of 11'],
    ['a name that is none', broken('name', '../etc/passwd'), 'name: '],
    ['an empty name', broken('name', ''), 'name: '],
    ['a negative number', broken('cpu_milli', '-1'), 'cpu_milli: a whole number, not "-1"'],
    ['a fraction', broken('memory_mib', '1.5'), 'memory_mib: a whole number, not "1.5"'],
    [
      'a number beyond any machine',
      broken('memory_mib', '99999999999'),
      'memory_mib: larger than 2147483647',
    ],
    ['words for a number', broken('num_gpu', 'two'), 'num_gpu: a whole number, not "two"'],
    ['nothing for a number', broken('deletion_time', ''), 'deletion_time: a whole number, not ""'],
    ['more than a whole GPU', broken('gpu_milli', '1001'), 'gpu_milli: at most 1000'],
    ['a share of no GPU', broken('num_gpu', '0'), 'gpu_milli: a share of a GPU, but num_gpu is 0'],
    ['a GPU without a share', broken('gpu_milli', '0'), 'gpu_milli: 0, but num_gpu is not'],
    ['a formula', broken('gpu_spec', '=1+1'), 'gpu_spec: '],
    ['an unknown phase', broken('pod_phase', 'Dreaming'), 'pod_phase: one of'],
    ['a service class that is none', broken('qos', '<b>'), 'qos: '],
    [
      'an end before its beginning',
      broken('deletion_time', '5'),
      'deletion_time: before creation_time',
    ],
    [
      'a start before its creation',
      broken('scheduled_time', '9'),
      'scheduled_time: before creation_time',
    ],
    [
      'a start after its end',
      broken('scheduled_time', '31'),
      'scheduled_time: after deletion_time',
    ],
    [
      'a running pod that never started',
      broken('scheduled_time', ''),
      'scheduled_time: missing for a pod that ran',
    ],
    ['a pod that stands there twice', good, 'pod-1 stands on line 2 already'],
  ] as const)('%s', async ([, line, problem], { connection }) => {
    const deps = testDeps(connection);
    const { email } = await insertCustomer(deps);
    const result = await load(deps, email, fileOf([good, line, pods[1] ?? '']));
    expect(result).toMatchObject({
      loaded: 0,
      problems: [{ line: 3, problem: expect.stringContaining(problem) }],
    });
    expect(result.problems).toHaveLength(1);
    await nothingLoaded(deps);
  });

  test('each problem of a file with many', async ({ connection }) => {
    const deps = testDeps(connection);
    const { email } = await insertCustomer(deps);
    const { problems } = await load(
      deps,
      email,
      fileOf(['x', good, broken('qos', ''), broken('pod_phase', '')]),
    );
    expect(problems.map(({ line }) => line)).toEqual([2, 4, 5]);
    await nothingLoaded(deps);
  });

  test.for([
    ['nothing at all', new Uint8Array(), 1, 'the file is empty'],
    ['no text', new Uint8Array([0xff, 0xfe, 0x00, 0x41]), 1, 'not UTF-8'],
    ['another heading', fileOf(pods, 'name,cpu'), 1, 'the first line has to be'],
    ['a file cut off in the middle', fileOf(pods).slice(0, -20), 6, 'cut off'],
    ['a quote that is not closed', fileOf([good, '"pod-9,1,2']), 3, 'a quote'],
    ['a quote in the middle of a field', fileOf([good, 'po"d-9,1,2']), 3, 'a quote'],
  ] as const)('%s', async ([, file, line, problem], { connection }) => {
    const deps = testDeps(connection);
    const { email } = await insertCustomer(deps);
    const { problems } = await load(deps, email, file);
    expect(problems).toContainEqual({ line, problem: expect.stringContaining(problem) });
    await nothingLoaded(deps);
  });

  test('a pod that comes back with other values, while new ones beside it stay out', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { email } = await insertCustomer(deps);
    await load(deps, email, fileOf(pods.slice(0, 2)));
    const changed = fileOf([good, (pods[1] ?? '').replace(',460,', ',461,'), pods[2] ?? '']);
    expect(await load(deps, email, changed)).toEqual({
      loaded: 0,
      known: 0,
      neverRan: 0,
      problems: [
        { line: 3, problem: 'pod-2 was loaded before with other values or another epoch' },
      ],
    });
    expect(await connection.db.$count(gpuSession)).toBe(2);
    const shifted = await load(
      deps,
      email,
      fileOf(pods.slice(0, 2)),
      new Date(epoch.getTime() - 1_000),
    );
    expect(shifted.problems.map(({ line }) => line)).toEqual([2, 3]);
  });

  test('what has not happened yet, and what would have to be deleted at once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { email } = await insertCustomer(deps);
    const future = await load(
      deps,
      email,
      fileOf(pods.slice(3)),
      new Date(now.getTime() - 100_000),
    );
    expect(future.problems).toMatchObject([
      { line: 2, problem: expect.stringContaining('which is to come') },
    ]);
    const past = await load(
      deps,
      email,
      fileOf(pods.slice(3)),
      new Date(now.getTime() - 4 * 365 * 86_400_000),
    );
    expect(past.problems).toMatchObject([
      { line: 2, problem: expect.stringContaining('delete-on') },
    ]);
    await nothingLoaded(deps);
  });

  test('an address that belongs to no customer, or to one who is leaving', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, sam] = [
      await insertCustomer(deps),
      await insertCustomer(deps, { name: 'Sam Support' }),
    ];
    await connection.db
      .update(account)
      .set({ status: 'pending_deletion' })
      .where(eq(account.subjectId, ada.subjectId));
    await connection.db
      .update(account)
      .set({ role: 'support' })
      .where(eq(account.subjectId, sam.subjectId));
    expect((await load(deps, ada.email, fileOf(pods))).problems).toMatchObject([
      { problem: 'this account waits for its deletion' },
    ]);
    for (const email of [sam.email, 'nobody@example.test']) {
      expect((await load(deps, email, fileOf(pods))).problems).toMatchObject([
        { problem: 'there is no customer with this e-mail address' },
      ]);
    }
    await nothingLoaded(deps);
  });
});
