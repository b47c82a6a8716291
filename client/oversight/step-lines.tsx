import { useIntl } from 'react-intl';
import { countryName } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { Progress } from '../ui/progress.tsx';
import { Tag } from '../ui/tag.tsx';
import { Small } from '../ui/text.tsx';
import { Time } from '../ui/time.tsx';
import { HolderLines } from './holder-lines.tsx';
import { holderTag } from './holder-words.ts';
import type { RequestDetail } from './oversight-text.ts';
import styles from './request-timeline.module.css';
import { stepCount, stepWords } from './step-text.ts';
import type { DetailHolder, DetailStep } from './timeline.ts';

const text = defineMessages({
  systemName: { id: 'stepLines.systemName', defaultMessage: '{name}, {country}' },
  tables: {
    id: 'stepLines.tables',
    defaultMessage:
      '{done, number} of {total, plural, one {# kind of records} other {# kinds of records}}, {rows, plural, one {# entry} other {# entries}}',
  },
  planned: {
    id: 'stepLines.planned',
    defaultMessage: '{total, plural, one {# kind of records} other {# kinds of records}}',
  },
  each: { id: 'stepLines.each', defaultMessage: 'Each kind of records' },
  none: {
    id: 'stepLines.none',
    defaultMessage:
      '{count, plural, one {In one more kind of records} other {In # more kinds of records}} there was nothing.',
  },
  held: {
    id: 'stepLines.held',
    defaultMessage: 'A legal hold stops it here; it goes on by itself when the hold ends.',
  },
  counted: {
    id: 'stepLines.counted',
    defaultMessage:
      'Counted when it ran. The confirmed plan counted earlier: what came since, and the entries that the deletion itself writes, are in these numbers and not in the plan.',
  },
});

/** What a step was about; where it waits for other systems, each of them. */
export function StepLines({
  step,
  holders,
  request,
}: {
  step: DetailStep;
  holders: readonly DetailHolder[];
  request: RequestDetail;
}) {
  const intl = useIntl();
  const { kind, state, rowsDone, rowsTotal } = step;
  const count = stepCount(intl, step);
  return (
    <>
      {count && <span>{count}</span>}
      {state === 'running' && rowsTotal !== null && rowsTotal > 0 && kind !== 'holders' && (
        <Progress
          label={stepWords(intl, step, request.kind)}
          value={Math.min(rowsDone, rowsTotal)}
          max={rowsTotal}
        />
      )}
      {kind === 'holds' && request.stopped && <span>{intl.formatMessage(text.held)}</span>}
      {holders.length > 0 && (
        <ul className={styles.systems}>
          {holders.map((holder) => (
            <li key={holder.id} className={styles.system}>
              <span className={styles.name}>
                <strong>{systemName(intl, holder)}</strong>
                <HolderTag holder={holder} />
              </span>
              <HolderLines holder={holder} request={request} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Many tables as one, with each of them one press away. */
export function TablesLines({
  steps,
  request,
}: {
  steps: readonly DetailStep[];
  request: RequestDetail;
}) {
  const intl = useIntl();
  const begun = steps.filter(({ state }) => state !== 'waiting');
  const withRows = begun.filter(({ rowsDone, state }) => rowsDone > 0 || state !== 'done');
  const none = begun.length - withRows.length;
  return (
    <>
      <span>
        {intl.formatMessage(begun.length === 0 ? text.planned : text.tables, {
          done: steps.filter(({ state }) => state === 'done').length,
          total: steps.length,
          rows: steps.reduce((sum, { rowsDone }) => sum + rowsDone, 0),
        })}
      </span>
      {begun.length > 0 && (
        <Disclosure summary={intl.formatMessage(text.each)}>
          <ol className={styles.lines}>
            {withRows.map((step) => (
              <li key={step.name}>
                {stepWords(intl, step, request.kind)}
                <Small>
                  {step.rowsDone > 0 && ` · ${stepCount(intl, step)}`}
                  {step.finishedAt && ' · '}
                  {step.finishedAt && <Time at={step.finishedAt} short />}
                </Small>
              </li>
            ))}
          </ol>
          {none > 0 && <Small>{intl.formatMessage(text.none, { count: none })}</Small>}
          <Small>{intl.formatMessage(text.counted)}</Small>
        </Disclosure>
      )}
    </>
  );
}

export function HolderTag({ holder }: { holder: DetailHolder }) {
  const { tone, words } = holderTag(useIntl(), holder);
  return <Tag tone={tone}>{words}</Tag>;
}

/** A system and where it is. */
export function systemName(
  intl: ReturnType<typeof useIntl>,
  { name, country }: Pick<DetailHolder, 'name' | 'country'>,
): string {
  return intl.formatMessage(text.systemName, { name, country: countryName(country) });
}
