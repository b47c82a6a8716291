import { parse } from 'csv-parse/sync';

const HEADER = [
  'name',
  'cpu_milli',
  'memory_mib',
  'num_gpu',
  'gpu_milli',
  'gpu_spec',
  'qos',
  'pod_phase',
  'creation_time',
  'deletion_time',
  'scheduled_time',
] as const;
type Field = (typeof HEADER)[number];
const PHASES: readonly string[] = ['Running', 'Succeeded', 'Failed', 'Pending'];
const MAX_INT4 = 2_147_483_647;
const MAX_BYTES = 64 * 1024 * 1024;

/** One pod that ran: what was reserved and when, in seconds from the trace's beginning. */
export type PodRun = {
  line: number;
  name: string;
  cpuMilli: number;
  memoryMib: number;
  gpuCount: number;
  /** Thousandths of one GPU, of each of `gpuCount`. */
  milliGpu: number;
  gpuSpec: string | null;
  qos: string;
  scheduledAt: number;
  deletedAt: number;
};

export type LineProblem = { line: number; problem: string };
export type ParsedTrace = { runs: PodRun[]; neverRan: number; problems: LineProblem[] };

/**
 * Reads a cluster's trace (`pods.csv`). Every line is checked and every problem named with its line; a
 * caller loads all of it or nothing. Pods that were never scheduled ran nowhere and are counted only.
 */
export function parseTrace(bytes: Uint8Array): ParsedTrace {
  const whole = (problem: string): ParsedTrace => ({
    runs: [],
    neverRan: 0,
    problems: [{ line: 1, problem }],
  });
  if (bytes.length === 0) return whole('the file is empty');
  if (bytes.length > MAX_BYTES) return whole('the file is larger than 64 MiB');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return whole('the file is not UTF-8 text');
  }
  let records: { record: string[]; info: { lines: number } }[];
  try {
    // With `info`, each record comes with its line; the declared types know only of plain records.
    records = parse(text, {
      relax_column_count: true,
      info: true,
      bom: true,
    }) as unknown as typeof records;
  } catch (cause) {
    const line = cause instanceof Error && 'lines' in cause ? Number(cause.lines) : 1;
    return {
      runs: [],
      neverRan: 0,
      problems: [{ line, problem: 'a quote is not closed or stands in the middle of a field' }],
    };
  }
  const [head, ...rest] = records;
  if (!head || head.record.join(',') !== HEADER.join(','))
    return whole(`the first line has to be ${HEADER.join(',')}`);
  const problems: LineProblem[] = [];
  const runs: PodRun[] = [];
  const seen = new Map<string, number>();
  let neverRan = 0;
  if (!text.endsWith('\n'))
    problems.push({
      line: rest.at(-1)?.info.lines ?? 1,
      problem: 'the last line does not end: the file was cut off',
    });
  for (const { record, info } of rest) {
    const found = podOf(record, info.lines);
    const earlier = seen.get(record[0] ?? '');
    if (typeof found === 'string') problems.push({ line: info.lines, problem: found });
    else if (earlier !== undefined)
      problems.push({
        line: info.lines,
        problem: `${record[0]} stands on line ${earlier} already`,
      });
    else if (found === null) neverRan += 1;
    else runs.push(found);
    if (earlier === undefined) seen.set(record[0] ?? '', info.lines);
  }
  return { runs, neverRan, problems };
}

/** The run, null for a pod that never ran, or what is wrong with the line. */
function podOf(record: readonly string[], line: number): PodRun | null | string {
  if (record.length !== HEADER.length) return `${record.length} fields instead of ${HEADER.length}`;
  const field = (name: Field): string => record[HEADER.indexOf(name)] ?? '';
  const name = field('name');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name))
    return 'name: letters, digits, dots and hyphens, at most 100';
  if (!PHASES.includes(field('pod_phase'))) return `pod_phase: one of ${PHASES.join(', ')}`;
  if (!/^[A-Za-z]{1,20}$/.test(field('qos'))) return 'qos: a service class';
  if (!/^[A-Za-z0-9|_-]{0,120}$/.test(field('gpu_spec')))
    return 'gpu_spec: names of GPUs with | between them';
  for (const number of [
    'cpu_milli',
    'memory_mib',
    'num_gpu',
    'gpu_milli',
    'creation_time',
    'deletion_time',
  ] as const) {
    const problem = countProblem(number, field(number));
    if (problem) return problem;
  }
  const gpuCount = Number(field('num_gpu'));
  const milliGpu = Number(field('gpu_milli'));
  if (milliGpu > 1_000) return 'gpu_milli: at most 1000 thousandths of a GPU';
  if (gpuCount === 0 && milliGpu > 0) return 'gpu_milli: a share of a GPU, but num_gpu is 0';
  if (gpuCount > 0 && milliGpu === 0) return 'gpu_milli: 0, but num_gpu is not';
  const created = Number(field('creation_time'));
  const deletedAt = Number(field('deletion_time'));
  if (deletedAt < created) return 'deletion_time: before creation_time';
  if (field('scheduled_time') === '') {
    return field('pod_phase') === 'Running' ? 'scheduled_time: missing for a pod that ran' : null;
  }
  const problem = countProblem('scheduled_time', field('scheduled_time'));
  if (problem) return problem;
  const scheduledAt = Number(field('scheduled_time'));
  if (scheduledAt < created) return 'scheduled_time: before creation_time';
  if (scheduledAt > deletedAt) return 'scheduled_time: after deletion_time';
  return {
    line,
    name,
    cpuMilli: Number(field('cpu_milli')),
    memoryMib: Number(field('memory_mib')),
    gpuCount,
    milliGpu,
    gpuSpec: field('gpu_spec') || null,
    qos: field('qos'),
    scheduledAt,
    deletedAt,
  };
}

function countProblem(name: Field, value: string): string | null {
  if (!/^\d{1,12}$/.test(value)) return `${name}: a whole number, not "${value.slice(0, 20)}"`;
  return Number(value) > MAX_INT4 ? `${name}: larger than ${MAX_INT4}` : null;
}
