import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { RecoveryCodes } from '../security/recovery-codes.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { StepCount } from './step-count.tsx';
import { useEnter } from './use-enter.ts';

const text = defineMessages({
  title: { id: 'enrolCodes.title', defaultMessage: 'Save your recovery codes' },
});

/** Step 3: the codes, shown this once. */
export function EnrolCodes({ codes }: { codes: readonly string[] }) {
  const intl = useIntl();
  const enter = useEnter();
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} back={<StepCount step={3} />} />
      <RecoveryCodes codes={codes} onSaved={enter} />
    </>
  );
}
