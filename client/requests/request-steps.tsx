import { useIntl } from 'react-intl';
import { formatNumber, formatTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Panel } from '../ui/panel.tsx';
import { Progress } from '../ui/progress.tsx';
import { Step, Steps, type StepState } from '../ui/steps.tsx';
import { Hidden } from '../ui/text.tsx';
import type { RequestView } from './request-page.tsx';
import styles from './request-steps.module.css';

const text = defineMessages({
  title: { id: 'steps.title', defaultMessage: 'Steps' },
  received: { id: 'steps.received', defaultMessage: 'Received' },
  collect: { id: 'steps.collect', defaultMessage: 'Collecting your data' },
  seal: { id: 'steps.seal', defaultMessage: 'Packing and encrypting' },
  tell: { id: 'steps.tell', defaultMessage: 'Telling you' },
  deleting: { id: 'steps.deleting', defaultMessage: 'Deleting and minimising, table by table' },
  other: { id: 'steps.other', defaultMessage: 'Issuing the receipt' },
  rows: { id: 'steps.rows', defaultMessage: '{done} of {total}' },
  rowsOnly: { id: 'steps.rowsOnly', defaultMessage: '{done} entries' },
  announced: { id: 'steps.announced', defaultMessage: '{done} of {total} steps done' },
});

type Step1 = RequestView['steps'][number];
const states: Record<Step1['state'], StepState> = { waiting: 'waiting', running: 'now', done: 'done', failed: 'failed' };

/** The work of a request in its order. A deletion's many tables stand as one step with a real share. */
export function RequestSteps({ view }: { view: RequestView }) {
  const intl = useIntl();
  const tables = view.steps.filter(isTable);
  const rest = view.steps.filter((step) => !isTable(step));
  const finished = view.steps.filter(({ state }) => state === 'done').length;
  if (view.steps.length === 0) return null;
  return (
    <Panel title={intl.formatMessage(text.title)} padded>
      <Steps label={intl.formatMessage(text.title)}>
        <Step state="done" aside={formatTime(view.receivedAt)}>
          {intl.formatMessage(text.received)}
        </Step>
        {tables.length > 0 && <Tables steps={tables} />}
        {rest.map((step) => (
          <Step key={step.name} state={states[step.state]} aside={aside(intl, step)}>
            {intl.formatMessage(text[step.name as keyof typeof text] ?? text.other)}
            {step.state === 'running' && step.rowsTotal !== null && step.rowsTotal > 0 && (
              <div className={styles.bar}>
                <Progress label={intl.formatMessage(text[step.name as keyof typeof text] ?? text.other)} value={Math.min(step.rowsDone, step.rowsTotal)} max={step.rowsTotal} />
              </div>
            )}
          </Step>
        ))}
      </Steps>
      <div role="status">
        <Hidden>{intl.formatMessage(text.announced, { done: finished, total: view.steps.length })}</Hidden>
      </div>
    </Panel>
  );
}

function Tables({ steps }: { steps: Step1[] }) {
  const intl = useIntl();
  const done = steps.filter(({ state }) => state === 'done').length;
  const state: StepState = steps.some((step) => step.state === 'failed') ? 'failed' : done === steps.length ? 'done' : done > 0 || steps.some((step) => step.state === 'running') ? 'now' : 'waiting';
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

function aside(intl: ReturnType<typeof useIntl>, { state, rowsDone, rowsTotal, finishedAt }: Step1): string | undefined {
  if (state === 'running' && rowsTotal !== null) return intl.formatMessage(text.rows, { done: formatNumber(rowsDone), total: formatNumber(rowsTotal) });
  if (state === 'done' && rowsDone > 0) return intl.formatMessage(text.rowsOnly, { done: formatNumber(rowsDone) });
  return finishedAt ? formatTime(finishedAt) : undefined;
}

function isTable({ name }: Step1): boolean {
  return name.includes(':');
}
