import { useIntl } from 'react-intl';
import { countryName, formatNumber, formatShortDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { standingText, standingTone } from '../requests/holder-text.ts';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { Time } from '../ui/time.tsx';
import { type RequestDetail, stepWords } from './oversight-text.ts';

const text = defineMessages({
  steps: { id: 'requestWork.steps', defaultMessage: 'Steps' },
  step: { id: 'requestWork.step', defaultMessage: 'Step' },
  state: { id: 'requestWork.state', defaultMessage: 'State' },
  rows: { id: 'requestWork.rows', defaultMessage: 'Entries' },
  began: { id: 'requestWork.began', defaultMessage: 'Began' },
  ended: { id: 'requestWork.ended', defaultMessage: 'Ended' },
  waiting: { id: 'requestWork.waiting', defaultMessage: 'Waiting' },
  running: { id: 'requestWork.running', defaultMessage: 'In progress' },
  done: { id: 'requestWork.done', defaultMessage: 'Done' },
  failed: { id: 'requestWork.failed', defaultMessage: 'Failed' },
  holders: { id: 'requestWork.holders', defaultMessage: 'Other systems' },
  holder: { id: 'requestWork.holder', defaultMessage: 'System' },
  name: { id: 'requestWork.name', defaultMessage: '{name}, {country}' },
  asked: { id: 'requestWork.asked', defaultMessage: 'Asked' },
  expected: { id: 'requestWork.expected', defaultMessage: 'Expected {when}' },
  answered: { id: 'requestWork.answered', defaultMessage: 'Answered' },
  person: { id: 'requestWork.person', defaultMessage: 'Needs a person since' },
});

type Step = RequestDetail['steps'][number];
const tones: Record<Step['state'], Tone> = {
  waiting: 'neutral',
  running: 'warn',
  done: 'good',
  failed: 'bad',
};

const at = (moment: string | null) => moment && <Time at={moment} short />;

/** Every step with its times and how many rows it was about. */
export function RequestStepsTable({ request: { steps } }: { request: RequestDetail }) {
  const intl = useIntl();
  if (steps.length === 0) return null;
  return (
    <Panel title={intl.formatMessage(text.steps)}>
      <Table
        caption={intl.formatMessage(text.steps)}
        captionHidden
        rows={steps}
        rowKey={({ name }) => name}
        columns={[
          {
            key: 'step',
            head: intl.formatMessage(text.step),
            rowHead: true,
            cell: ({ name }) => stepWords(intl, name),
          },
          {
            key: 'state',
            head: intl.formatMessage(text.state),
            cell: ({ state }) => <Tag tone={tones[state]}>{intl.formatMessage(text[state])}</Tag>,
          },
          {
            key: 'rows',
            head: intl.formatMessage(text.rows),
            numeric: true,
            cell: ({ rowsDone }) => formatNumber(rowsDone),
          },
          {
            key: 'began',
            head: intl.formatMessage(text.began),
            cell: ({ startedAt }) => at(startedAt),
          },
          {
            key: 'ended',
            head: intl.formatMessage(text.ended),
            cell: ({ finishedAt }) => at(finishedAt),
          },
        ]}
      />
    </Panel>
  );
}

/** Every other system that the request concerns, and how far each is. */
export function RequestHoldersTable({ request: { holders } }: { request: RequestDetail }) {
  const intl = useIntl();
  if (holders.length === 0) return null;
  return (
    <Panel title={intl.formatMessage(text.holders)}>
      <Table
        caption={intl.formatMessage(text.holders)}
        captionHidden
        rows={holders}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'holder',
            head: intl.formatMessage(text.holder),
            rowHead: true,
            cell: ({ name, country }) =>
              intl.formatMessage(text.name, { name, country: countryName(country) }),
          },
          {
            key: 'state',
            head: intl.formatMessage(text.state),
            cell: ({ standing }) => (
              <Tag tone={standingTone[standing]}>{intl.formatMessage(standingText[standing])}</Tag>
            ),
          },
          {
            key: 'asked',
            head: intl.formatMessage(text.asked),
            cell: ({ askedAt }) => at(askedAt),
          },
          {
            key: 'answered',
            head: intl.formatMessage(text.answered),
            cell: ({ answeredAt, dueAt }) =>
              at(answeredAt) ??
              (dueAt && intl.formatMessage(text.expected, { when: formatShortDateTime(dueAt) })),
          },
          {
            key: 'person',
            head: intl.formatMessage(text.person),
            cell: ({ needsPersonSince }) => at(needsPersonSince),
          },
        ]}
      />
    </Panel>
  );
}
