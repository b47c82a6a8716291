import type { StepState } from '../ui/steps.tsx';
import type { RequestDetail } from './oversight-text.ts';

export type DetailStep = RequestDetail['steps'][number];
export type DetailHolder = RequestDetail['holders'][number];
type Letter = RequestDetail['mails'][number];
type Job = RequestDetail['jobs'][number];

/** One line of the timeline; `at` is when it was over, or is to come. */
export type Item = { key: string; state: StepState; at: string | null } & (
  | { kind: 'asked' | 'confirmed' | 'answer' | 'begins' | 'ended' | 'due' }
  | { kind: 'step'; step: DetailStep; holders: readonly DetailHolder[] }
  /** Many tables in a row. */
  | { kind: 'tables'; steps: readonly DetailStep[] }
  | { kind: 'holder'; holder: DetailHolder }
  | { kind: 'notAsked'; holders: readonly DetailHolder[] }
  | { kind: 'letter'; letter: Letter }
  | { kind: 'job'; job: Job }
);

const stepStates: Record<DetailStep['state'], StepState> = {
  waiting: 'waiting',
  running: 'now',
  done: 'done',
  failed: 'failed',
};

/**
 * A request as one list: what was asked and confirmed, the work step by step with the systems it waits
 * for, the letters where they were written, and at the end how it ended or the day on which it is due.
 * Work that failed stands where the request stands now.
 */
export function timelineOf(request: RequestDetail): Item[] {
  const { mails, jobs } = request;
  const items = [...beginning(request), ...work(request), ending(request)];
  for (const letter of mails) insertLetter(items, letter);
  const next = items.findIndex(({ state, kind }) => state !== 'done' && kind !== 'notAsked');
  items.splice(
    next < 0 ? items.length : next,
    0,
    ...jobs.map((job) => ({
      kind: 'job' as const,
      key: `job ${job.id}`,
      state: 'failed' as const,
      at: null,
      job,
    })),
  );
  return items;
}

function beginning({ receivedAt, askedFor, kind, steps, executesAt, endedAt }: RequestDetail) {
  const items: Item[] = [{ kind: 'asked', key: 'asked', state: 'done', at: receivedAt }];
  if (askedFor)
    items.push({
      kind: 'answer',
      key: 'answer',
      state: askedFor.answeredAt ? 'done' : 'now',
      at: askedFor.answeredAt,
    });
  else if (kind === 'erasure')
    items.push({ kind: 'confirmed', key: 'confirmed', state: 'done', at: receivedAt });
  const startedAt = steps[0]?.startedAt ?? null;
  if (kind === 'rectification') return items;
  if (startedAt) items.push({ kind: 'begins', key: 'begins', state: 'done', at: startedAt });
  else if (executesAt && !endedAt)
    items.push({ kind: 'begins', key: 'begins', state: 'now', at: executesAt });
  return items;
}

function work(request: RequestDetail): Item[] {
  const { steps, holders, endedAt } = request;
  const connected = holders.filter(({ standing }) => standing !== 'not_connected');
  const others = notConnected(request);
  const items: Item[] = [];
  let tables: DetailStep[] = [];
  const closeTables = () => {
    const [only] = tables;
    if (only && tables.length === 1) items.push(stepItem(only, []));
    else if (only) items.push(tablesItem(tables));
    tables = [];
  };
  for (const step of steps) {
    if (step.kind === 'delete' || step.kind === 'keep') {
      tables.push(step);
      continue;
    }
    closeTables();
    const holder = connected.find(({ id }) => id === step.holderId);
    if (holder) items.push(holderItem(holder));
    else items.push(stepItem(step, asksAll(request, step) ? connected : []));
  }
  closeTables();
  // What is over does not come to its next step any more.
  const left =
    endedAt === null
      ? items
      : items.flatMap((item) => (item.state === 'waiting' ? [] : [settled(item)]));
  return others.length === 0 ? left : left.toSpliced(placeOfOthers(left), 0, notAsked(others));
}

/** Systems that the portal cannot ask: of what came to nothing there is nothing to write to anybody about. */
export function notConnected({
  holders,
  state,
  endedAt,
}: Pick<RequestDetail, 'holders' | 'state' | 'endedAt'>): DetailHolder[] {
  if (endedAt !== null && state !== 'completed') return [];
  return holders.filter(({ standing }) => standing === 'not_connected');
}

/** The one step in which a copy or a correction waits for all other systems. */
function asksAll({ kind }: RequestDetail, step: DetailStep): boolean {
  return kind !== 'erasure' && step.kind === 'holders';
}

function stepItem(step: DetailStep, holders: readonly DetailHolder[]): Item {
  const state = stepStates[step.state];
  return { kind: 'step', key: step.name, state, at: step.finishedAt, step, holders };
}

function tablesItem(steps: readonly DetailStep[]): Item {
  const all = (state: DetailStep['state']) => steps.every((step) => step.state === state);
  const some = (state: DetailStep['state']) => steps.some((step) => step.state === state);
  const state: StepState = some('failed')
    ? 'failed'
    : all('done')
      ? 'done'
      : all('waiting')
        ? 'waiting'
        : 'now';
  const last = steps.flatMap(({ finishedAt }) => finishedAt ?? []).sort();
  const at = state === 'done' ? (last.at(-1) ?? null) : null;
  return { kind: 'tables', key: `tables ${steps[0]?.name}`, state, at, steps };
}

/** A holder of a deletion by what it did itself, not by whose turn it is in the list of steps. */
function holderItem(holder: DetailHolder): Item {
  const { id, verified } = holder;
  return {
    kind: 'holder',
    key: `holder ${id}`,
    state: holderState(holder),
    at: verified?.at ?? null,
    holder,
  };
}

function holderState({ standing, verified, setback }: DetailHolder): StepState {
  if (verified) return 'done';
  if (setback || standing === 'refused' || standing === 'missing') return 'failed';
  return standing === 'planned' ? 'waiting' : 'now';
}

function notAsked(holders: readonly DetailHolder[]): Item {
  return { kind: 'notAsked', key: 'not asked', state: 'waiting', at: null, holders };
}

/** Behind the last system that is asked; where none is, before the work. */
function placeOfOthers(items: readonly Item[]): number {
  const asked = items.findLastIndex(
    (item) => item.kind === 'holder' || (item.kind === 'step' && item.step.kind === 'holders'),
  );
  return asked + 1;
}

function settled(item: Item): Item {
  return item.state === 'now' ? { ...item, state: 'failed' } : item;
}

function ending({ endedAt, state, dueAt }: RequestDetail): Item {
  return endedAt
    ? { kind: 'ended', key: 'ended', state: state === 'failed' ? 'failed' : 'done', at: endedAt }
    : { kind: 'due', key: 'due', state: 'waiting', at: dueAt };
}

/** Behind the last that was over when it was written: work that went round again ended later than its place. */
function insertLetter(items: Item[], letter: Letter): void {
  const { template, createdAt } = letter;
  const before = items.findLastIndex(
    ({ kind, state, at }) => kind !== 'due' && state !== 'now' && at !== null && at <= createdAt,
  );
  items.splice(before + 1, 0, {
    kind: 'letter',
    key: `letter ${template} ${createdAt}`,
    state: 'done',
    at: createdAt,
    letter,
  });
}
