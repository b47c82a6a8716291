import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import type { Inputs } from '../../lib/trpc.ts';
import { RadioGroup } from '../../ui/choice.tsx';
import { Form } from '../../ui/form.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { type DeskCase, decisionWords } from './case-text.ts';

const text = defineMessages({
  label: { id: 'decide.label', defaultMessage: 'Decision' },
  decision: { id: 'decide.decision', defaultMessage: 'How is it decided?' },
  makesItself: {
    id: 'decide.makesItself',
    defaultMessage: 'Granting makes the correction at once.',
  },
  byHand: {
    id: 'decide.byHand',
    defaultMessage:
      'Granting changes nothing by itself. Make the correction first, where the data comes from, and say in the reason what you did.',
  },
  FOUR_EYES_NEEDED: {
    id: 'decide.FOUR_EYES_NEEDED',
    defaultMessage:
      'You opened this correction for the customer, so you can refuse it and not grant it: that takes a second person.',
  },
  CASE_UNANSWERED: {
    id: 'decide.CASE_UNANSWERED',
    defaultMessage:
      'The customer has not confirmed this correction. Until they do, it can only be refused.',
  },
  none: { id: 'decide.none', defaultMessage: 'Choose how it is decided.' },
  reason: { id: 'decide.reason', defaultMessage: 'Reason' },
  reasonHint: {
    id: 'decide.reasonHint',
    defaultMessage: 'The customer reads this word for word.',
  },
  noReason: { id: 'decide.noReason', defaultMessage: 'Give the reason in at least 20 characters.' },
  submit: { id: 'decide.submit', defaultMessage: 'Decide the case' },
  outcome: { id: 'decide.outcome', defaultMessage: 'What came of it' },
  noOutcome: {
    id: 'decide.noOutcome',
    defaultMessage: 'Say what came of it in at least 20 characters.',
  },
  close: { id: 'decide.close', defaultMessage: 'Close the case as answered' },
});

const REASON_MIN = 20;
const REASON_MAX = 2_000;
type Wish = Omit<Inputs['caseDesk']['decide'], 'reference'>;

/** Ends the case; there is no way back from it. A question is answered: there is nothing to choose. */
export function DecideForm({
  view: { kind, makesItself, notGranted, decisions },
  onDecide,
}: {
  view: DeskCase;
  onDecide: (wish: Wish) => Promise<void>;
}) {
  const intl = useIntl();
  const asked = kind === 'question';
  return (
    <Form
      label={intl.formatMessage(text.label)}
      submit={intl.formatMessage(asked ? text.close : text.submit)}
      check={({ decision, reason = '' }) => ({
        decision:
          !asked && !decisions.some((one) => one === decision) && intl.formatMessage(text.none),
        reason:
          reason.trim().length < REASON_MIN &&
          intl.formatMessage(asked ? text.noOutcome : text.noReason),
      })}
      onSubmit={async ({ decision: chosen, reason = '' }) => {
        const decision = asked ? 'answered' : decisions.find((one) => one === chosen);
        if (decision) await onDecide({ decision, reason });
      }}
    >
      {!asked && (
        <RadioGroup
          name="decision"
          label={intl.formatMessage(text.decision)}
          hint={
            kind === 'correction'
              ? intl.formatMessage(
                  notGranted ? text[notGranted] : makesItself ? text.makesItself : text.byHand,
                )
              : undefined
          }
          choices={decisions.map((decision) => ({
            value: decision,
            label: decisionWords(intl, { kind, decision }),
          }))}
        />
      )}
      <TextArea
        name="reason"
        label={intl.formatMessage(asked ? text.outcome : text.reason)}
        hint={intl.formatMessage(text.reasonHint)}
        min={REASON_MIN}
        max={REASON_MAX}
      />
    </Form>
  );
}
