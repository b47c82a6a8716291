import { useIntl } from 'react-intl';
import { formatNumber, formatTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Panel } from '../ui/panel.tsx';
import { Progress } from '../ui/progress.tsx';
import { Step, type StepState, Steps } from '../ui/steps.tsx';
import { Hidden } from '../ui/text.tsx';
import styles from './request-steps.module.css';
import type { RequestView } from './request-text.ts';

const text = defineMessages({
  title: { id: 'steps.title', defaultMessage: 'Steps' },
  received: { id: 'steps.received', defaultMessage: 'Received' },
  judged: { id: 'steps.judged', defaultMessage: 'Decision by a person' },
  judgedBy: { id: 'steps.judgedBy', defaultMessage: 'Decided by {who}' },
  corrected: { id: 'steps.corrected', defaultMessage: 'Corrected here' },
  holders: { id: 'steps.holders', defaultMessage: 'Asking other systems that hold your data' },
  holder: { id: 'steps.holder', defaultMessage: 'Waiting for {name}' },
  collect: { id: 'steps.collect', defaultMessage: 'Collecting your data' },
  seal: { id: 'steps.seal', defaultMessage: 'Packing and encrypting' },
  tell: { id: 'steps.tell', defaultMessage: 'Telling you' },
  deleting: { id: 'steps.deleting', defaultMessage: 'Deleting and minimising, table by table' },
  lock: { id: 'steps.lock', defaultMessage: 'Closing the account' },
  copies: { id: 'steps.copies', defaultMessage: 'Deleting copies of your data' },
  holds: { id: 'steps.holds', defaultMessage: 'Checking for legal holds' },
  farewell: { id: 'steps.farewell', defaultMessage: 'Preparing the last letter' },
  verify: { id: 'steps.verify', defaultMessage: 'Searching for what is left' },
  key: { id: 'steps.key', defaultMessage: 'Destroying your key' },
  receipt: { id: 'steps.receipt', defaultMessage: 'Issuing the receipt' },
  rows: { id: 'steps.rows', defaultMessage: '{done} of {total}' },
  rowsOnly: {
    id: 'steps.rowsOnly',
    defaultMessage: '{done, plural, one {# entry} other {# entries}}',
  },
  systems: {
    id: 'steps.systems',
    defaultMessage: '{done, plural, one {# system} other {# systems}}',
  },
  announced: { id: 'steps.announced', defaultMessage: '{done} of {total} steps done' },
});

type RequestStep = RequestView['steps'][number];
const states: Record<RequestStep['state'], StepState> = {
  waiting: 'waiting',
  running: 'now',
  done: 'done',
  failed: 'failed',
};

/** The work of a request in its order. A deletion's many tables stand as one step with a real share. */
export function RequestSteps({ view }: { view: RequestView }) {
  const intl = useIntl();
  const tables = view.steps.filter(isTable);
  const firstTable = view.steps.findIndex(isTable);
  const before = firstTable < 0 ? view.steps : view.steps.slice(0, firstTable);
  const behind =
    firstTable < 0 ? [] : view.steps.slice(firstTable).filter((step) => !isTable(step));
  const finished = view.steps.filter(({ state }) => state === 'done').length;
  if (view.steps.length === 0) return null;
  return (
    <Panel title={intl.formatMessage(text.title)}>
      <Steps label={intl.formatMessage(text.title)}>
        <Step state="done" aside={formatTime(view.receivedAt)}>
          {intl.formatMessage(text.received)}
        </Step>
        {before.map((step) => (
          <OneStep key={step.name} step={step} view={view} />
        ))}
        {tables.length > 0 && <Tables steps={tables} />}
        {behind.map((step) => (
          <OneStep key={step.name} step={step} view={view} />
        ))}
      </Steps>
      <div role="status">
        <Hidden>
          {intl.formatMessage(text.announced, {
            // With the first one, "Received".
            done: finished + 1,
            total: view.steps.length + 1,
          })}
        </Hidden>
      </div>
    </Panel>
  );
}

function OneStep({ step, view }: { step: RequestStep; view: RequestView }) {
  const intl = useIntl();
  const label = labelOf(intl, step, view);
  return (
    <Step state={states[step.state]} aside={aside(intl, step)}>
      {label}
      {step.state === 'running' && step.rowsTotal !== null && step.rowsTotal > 0 && (
        <div className={styles.bar}>
          <Progress
            label={label}
            value={Math.min(step.rowsDone, step.rowsTotal)}
            max={step.rowsTotal}
          />
        </div>
      )}
    </Step>
  );
}

function Tables({ steps }: { steps: RequestStep[] }) {
  const intl = useIntl();
  const done = steps.filter(({ state }) => state === 'done').length;
  const state: StepState = steps.some((step) => step.state === 'failed')
    ? 'failed'
    : done === steps.length
      ? 'done'
      : done > 0 || steps.some((step) => step.state === 'running')
        ? 'now'
        : 'waiting';
  return (
    <Step state={state} aside={intl.formatMessage(text.rows, { done, total: steps.length })}>
      {intl.formatMessage(text.deleting)}
      {state === 'now' && (
        <div className={styles.bar}>
          <Progress label={intl.formatMessage(text.deleting)} value={done} max={steps.length} />
        </div>
      )}
    </Step>
  );
}

function aside(
  intl: ReturnType<typeof useIntl>,
  { name, state, rowsDone, rowsTotal, finishedAt }: RequestStep,
): string | undefined {
  if (state === 'running' && rowsTotal !== null)
    return intl.formatMessage(text.rows, {
      done: formatNumber(rowsDone),
      total: formatNumber(rowsTotal),
    });
  if (state === 'done' && rowsDone > 0)
    return intl.formatMessage(name === 'holders' ? text.systems : text.rowsOnly, {
      done: rowsDone,
    });
  return finishedAt ? formatTime(finishedAt) : undefined;
}

const HOLDER = 'holder:';

function labelOf(
  intl: ReturnType<typeof useIntl>,
  { name, state }: RequestStep,
  { holders, decidedBy }: RequestView,
): string {
  if (name === 'judged' && state === 'done' && decidedBy !== null)
    return intl.formatMessage(text.judgedBy, { who: decidedBy });
  if (name.startsWith(HOLDER)) {
    const id = name.slice(HOLDER.length);
    const holder = holders.find((one) => one.id === id);
    return intl.formatMessage(text.holder, { name: holder?.name ?? id });
  }
  const sentence = text[name as keyof typeof text];
  return sentence ? intl.formatMessage(sentence) : name;
}

function isTable({ name }: RequestStep): boolean {
  return /^(delete|keep):/.test(name);
}
