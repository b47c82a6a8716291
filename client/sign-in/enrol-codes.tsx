import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { RecoveryCodes } from '../security/recovery-codes.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { StepCount } from './step-count.tsx';

const text = defineMessages({
  title: { id: 'enrolCodes.title', defaultMessage: 'Save your recovery codes' },
});

/** Step 3: the codes, shown this once. */
export function EnrolCodes({
  codes,
  onSaved,
}: {
  codes: readonly string[];
  onSaved: () => unknown;
}) {
  const intl = useIntl();
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} back={<StepCount step={3} />} />
      <RecoveryCodes codes={codes} onSaved={onSaved} />
    </>
  );
}
