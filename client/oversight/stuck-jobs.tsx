import { useState } from 'react';
import { useIntl } from 'react-intl';
import { isCancelled } from '../lib/cancelled.ts';
import { formatShortDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { Tag } from '../ui/tag.tsx';
import type { RequestDetail } from './oversight-text.ts';

const text = defineMessages({
  title: { id: 'stuckJobs.title', defaultMessage: 'Work that failed or was interrupted' },
  work: { id: 'stuckJobs.work', defaultMessage: 'Work' },
  state: { id: 'stuckJobs.state', defaultMessage: 'State' },
  stuck: { id: 'stuckJobs.stuck', defaultMessage: 'Needs a person' },
  trying: { id: 'stuckJobs.trying', defaultMessage: 'Tried again' },
  why: { id: 'stuckJobs.why', defaultMessage: 'Why' },
  failures: {
    id: 'stuckJobs.failures',
    defaultMessage:
      '{failures, plural, one {# failure} other {# failures}}, {interruptions, plural, one {# interruption} other {# interruptions}}; last: {code}',
  },
  none: { id: 'stuckJobs.none', defaultMessage: 'no error' },
  next: { id: 'stuckJobs.next', defaultMessage: 'Next try' },
  act: { id: 'stuckJobs.act', defaultMessage: 'What to do' },
  letGoOn: { id: 'stuckJobs.letGoOn', defaultMessage: 'Let it go on' },
  done: { id: 'stuckJobs.done', defaultMessage: 'The work goes on now.' },
});

/** Work of the request that does not go on by itself, with the way to let it. */
export function StuckJobs({
  request: { reference, jobs },
  onDone,
}: {
  request: RequestDetail;
  onDone: (words: string) => void;
}) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const utils = trpc.useUtils();
  const letGoOn = trpc.oversight.letGoOn.useMutation();
  const [problem, setProblem] = useState<string | null>(null);
  if (jobs.length === 0) return null;

  async function resume(jobId: string) {
    setProblem(null);
    try {
      await withStepUp('ordinary', () => letGoOn.mutateAsync({ reference, jobId }));
      onDone(intl.formatMessage(text.done));
    } catch (error) {
      if (!isCancelled(error)) setProblem(refusalSentence(error));
    } finally {
      await utils.oversight.request.invalidate();
    }
  }

  return (
    <Panel title={intl.formatMessage(text.title)}>
      <div role="status">{problem && <Notice tone="bad">{problem}</Notice>}</div>
      <Table
        caption={intl.formatMessage(text.title)}
        captionHidden
        rows={jobs}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'work',
            head: intl.formatMessage(text.work),
            rowHead: true,
            cell: ({ kind }) => <code>{kind}</code>,
          },
          {
            key: 'state',
            head: intl.formatMessage(text.state),
            cell: ({ stuck }) => (
              <Tag tone={stuck ? 'bad' : 'warn'}>
                {intl.formatMessage(stuck ? text.stuck : text.trying)}
              </Tag>
            ),
          },
          {
            key: 'why',
            head: intl.formatMessage(text.why),
            cell: ({ failures, interruptions, lastError }) =>
              intl.formatMessage(text.failures, {
                failures,
                interruptions,
                code: lastError ?? intl.formatMessage(text.none),
              }),
          },
          {
            key: 'next',
            head: intl.formatMessage(text.next),
            cell: ({ state, runAt }) => (state === 'dead' ? null : formatShortDateTime(runAt)),
          },
          {
            key: 'act',
            head: intl.formatMessage(text.act),
            cell: ({ id, kind, stuck }) =>
              stuck && (
                <Button hiddenName={kind} onClick={() => void resume(id)}>
                  {intl.formatMessage(text.letGoOn)}
                </Button>
              ),
          },
        ]}
      />
    </Panel>
  );
}
