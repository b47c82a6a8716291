import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import type { InputOf } from '../index.ts';

export type SessionRow = InputOf<'usage.report'>['rows'][number];
/** One line of the trace: the session it tells of, that nothing ran, or why it cannot be read as a line. */
export type PodLine =
  | { line: number; row: SessionRow }
  | { line: number; neverRan: true }
  | { line: number; problem: string };

const HEADER =
  'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time';
const FIELDS = HEADER.split(',').length;
const PHASES = ['Running', 'Succeeded', 'Failed', 'Pending'];

/**
 * Reads a cluster's trace (`pods.csv`) line by line, as a scheduler's exporter would: it puts each pod
 * into the shape of a session and leaves it to the portal to say whether that is one. A line that is no
 * line of a trace is told here; the others do not suffer from it.
 *
 * @param epoch moment the trace's seconds count from
 * @param customers whom the sessions are spread over, the same pod always to the same one
 * @throws {Error} when the first line is not a trace's
 */
export function* readPods(
  text: string,
  { epoch, customers }: { epoch: Date; customers: readonly string[] },
): Generator<PodLine> {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  if (lines[0] !== HEADER) throw new Error(`The first line has to be ${HEADER}`);
  const last = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  for (let index = 1; index < last; index += 1)
    yield readPod(lines[index] ?? '', { line: index + 1, epoch, customers });
}

function readPod(
  text: string,
  { line, epoch, customers }: { line: number; epoch: Date; customers: readonly string[] },
): PodLine {
  const record = fieldsOf(text);
  if (!record) return { line, problem: 'a quote is not closed or stands in the middle of a field' };
  if (record.length !== FIELDS)
    return { line, problem: `${record.length} fields instead of ${FIELDS}` };
  const [name = '', cpu, memory, gpus, share, spec = '', qos = '', phase = ''] = record;
  const [deleted, scheduled = ''] = record.slice(-2);
  if (!PHASES.includes(phase))
    return { line, problem: `pod_phase is none of ${PHASES.join(', ')}` };
  if (scheduled === '' && phase !== 'Running') return { line, neverRan: true };
  const gpuCount = numberIn(gpus);
  return {
    line,
    row: {
      key: name,
      subjectId: ownerOf(name, customers),
      gpuType: gpuCount === 0 ? null : spec || 'any',
      gpuCount,
      milliGpu: numberIn(share),
      cpuMilli: numberIn(cpu),
      memoryMib: numberIn(memory),
      dataCentre: 'elsewhere',
      image: null,
      qualityOfService: qos,
      startedAt: momentIn(scheduled, epoch),
      endedAt: momentIn(deleted, epoch),
      bytesIn: 0,
      bytesOut: 0,
    },
  };
}

function fieldsOf(text: string): string[] | null {
  if (text === '') return [];
  try {
    const [record] = parse(text, { relax_column_count: true }) as string[][];
    return record ?? [];
  } catch {
    return null;
  }
}

/** What is no number becomes none, and JSON's `null`. */
function numberIn(text: string | undefined): number {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** What is no number of seconds becomes no moment. */
function momentIn(text: string | undefined, epoch: Date): string {
  const moment = new Date(epoch.getTime() + numberIn(text) * 1_000);
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString();
}

function ownerOf(name: string, customers: readonly string[]): string {
  const digest = createHash('sha256').update(name).digest();
  return customers[digest.readUInt32BE(0) % customers.length] ?? '';
}
