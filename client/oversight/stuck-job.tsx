import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { isCancelled } from '../lib/cancelled.ts';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Row } from '../ui/text.tsx';
import type { RequestDetail } from './oversight-text.ts';
import { jobWords } from './work-text.ts';

const text = defineMessages({
  failures: {
    id: 'stuckJob.failures',
    defaultMessage:
      '{failures, plural, =0 {} one {Failed once} other {Failed # times}}{both, select, true {, } other {}}{interruptions, plural, =0 {} one {{both, select, true {i} other {I}}nterrupted once} other {{both, select, true {i} other {I}}nterrupted # times}}.',
  },
  code: { id: 'stuckJob.code', defaultMessage: 'Last error: {code}. Kind of work: {kind}.' },
  none: { id: 'stuckJob.none', defaultMessage: 'none' },
  stuck: {
    id: 'stuckJob.stuckText',
    defaultMessage: 'Next: nothing, until somebody lets it go on.',
  },
  hourly: {
    id: 'stuckJob.hourly',
    defaultMessage: 'Next: tried again on {when}, or now if somebody lets it go on.',
  },
  next: { id: 'stuckJob.nextTry', defaultMessage: 'Next: tried again on {when}.' },
  letGoOn: { id: 'stuckJob.letGoOn', defaultMessage: 'Let it go on' },
  done: { id: 'stuckJob.done', defaultMessage: 'The work goes on now.' },
});

type Job = RequestDetail['jobs'][number];

/** Work that failed or was interrupted: how often, why, what comes next, and the way to let it go on. */
export function StuckJob({
  job,
  reference,
  onDone,
}: {
  job: Job;
  reference: string;
  onDone: (words: string) => void;
}) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const utils = trpc.useUtils();
  const letGoOn = trpc.oversight.letGoOn.useMutation();
  const [problem, setProblem] = useState<string | null>(null);
  const { id, kind, failures, interruptions, lastError, stuck } = job;

  async function resume() {
    setProblem(null);
    try {
      await withStepUp('ordinary', () => letGoOn.mutateAsync({ reference, jobId: id }));
      onDone(intl.formatMessage(text.done));
    } catch (error) {
      if (!isCancelled(error)) setProblem(refusalSentence(error));
    } finally {
      await utils.oversight.request.invalidate();
    }
  }

  return (
    <>
      <span>
        {intl.formatMessage(text.failures, {
          failures,
          interruptions,
          both: String(failures > 0 && interruptions > 0),
        })}{' '}
        <FormattedMessage
          {...text.code}
          values={{
            code: <code key="code">{lastError ?? intl.formatMessage(text.none)}</code>,
            kind: <code key="kind">{kind}</code>,
          }}
        />
      </span>
      <span>{nextWords(intl, job)}</span>
      <div role="status">{problem && <Notice tone="bad">{problem}</Notice>}</div>
      {stuck && (
        <Row>
          <Button hiddenName={jobWords(intl, kind)} onClick={() => void resume()}>
            {intl.formatMessage(text.letGoOn)}
          </Button>
        </Row>
      )}
    </>
  );
}

function nextWords(intl: ReturnType<typeof useIntl>, { state, stuck, runAt }: Job): string {
  if (state === 'dead') return intl.formatMessage(text.stuck);
  return intl.formatMessage(stuck ? text.hourly : text.next, { when: formatDateTime(runAt) });
}
