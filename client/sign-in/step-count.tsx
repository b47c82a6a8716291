import { FormattedMessage } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { Small } from '../ui/text.tsx';

const STEPS = 3;
const text = defineMessages({
  step: { id: 'enrol.step', defaultMessage: 'Step {step} of {steps}' },
});

export function StepCount({ step }: { step: number }) {
  return (
    <p>
      <Small>
        <FormattedMessage {...text.step} values={{ step, steps: STEPS }} />
      </Small>
    </p>
  );
}
