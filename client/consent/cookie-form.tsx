import { type ReactNode, useState } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { RadioGroup } from '../ui/choice.tsx';
import { Form } from '../ui/form.tsx';
import { Notice } from '../ui/notice.tsx';
import { Panel } from '../ui/panel.tsx';
import styles from './cookie-form.module.css';

const text = defineMessages({
  title: { id: 'cookieForm.title', defaultMessage: 'Your choice' },
  accept: { id: 'cookieForm.accept', defaultMessage: 'Accept all optional cookies' },
  reject: { id: 'cookieForm.reject', defaultMessage: 'Reject all optional cookies' },
  functional: { id: 'cookieForm.functional', defaultMessage: 'Allow functional cookies?' },
  functionalHint: {
    id: 'cookieForm.functionalHint',
    defaultMessage: 'They remember whether pages are light or dark for you.',
  },
  statistics: { id: 'cookieForm.statistics', defaultMessage: 'Allow statistics cookies?' },
  statisticsHint: {
    id: 'cookieForm.statisticsHint',
    defaultMessage:
      'They count visits to this portal by a random number that is gone after 30 days.',
  },
  yes: { id: 'cookieForm.yes', defaultMessage: 'Yes' },
  no: { id: 'cookieForm.no', defaultMessage: 'No' },
  save: { id: 'cookieForm.save', defaultMessage: 'Save these choices' },
});

type Answer = { functional: boolean; statistics: boolean };
type CookieFormProps = {
  choice: Outputs['consent']['cookies']['choice'];
  onSave: (answer: Answer) => Promise<unknown>;
  /** When and how the present choice was made. */
  children: ReactNode;
};

/** All or nothing by one press each, of the same size; or question by question, with "No" set until there was a yes. */
export function CookieForm({ choice, onSave, children }: CookieFormProps) {
  const intl = useIntl();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const yesNo = [
    { value: 'yes', label: intl.formatMessage(text.yes) },
    { value: 'no', label: intl.formatMessage(text.no) },
  ];

  async function sayAll(yes: boolean) {
    setPending(true);
    setProblem(null);
    try {
      await onSave({ functional: yes, statistics: yes });
    } catch (error) {
      setProblem(refusalSentence(error));
    } finally {
      setPending(false);
    }
  }

  return (
    <Panel title={intl.formatMessage(text.title)} padded>
      {children}
      <div role="alert">{problem && <Notice tone="bad">{problem}</Notice>}</div>
      <div className={styles.all}>
        <Button pending={pending} onClick={() => sayAll(true)}>
          {intl.formatMessage(text.accept)}
        </Button>
        <Button pending={pending} onClick={() => sayAll(false)}>
          {intl.formatMessage(text.reject)}
        </Button>
      </div>
      <Form
        submit={intl.formatMessage(text.save)}
        submitLook="plain"
        onSubmit={(values) =>
          onSave({
            functional: values.functional === 'yes',
            statistics: values.statistics === 'yes',
          })
        }
      >
        <RadioGroup
          inline
          name="functional"
          label={intl.formatMessage(text.functional)}
          hint={intl.formatMessage(text.functionalHint)}
          defaultValue={choice?.functional ? 'yes' : 'no'}
          choices={yesNo}
        />
        <RadioGroup
          inline
          name="statistics"
          label={intl.formatMessage(text.statistics)}
          hint={intl.formatMessage(text.statisticsHint)}
          defaultValue={choice?.statistics ? 'yes' : 'no'}
          choices={yesNo}
        />
      </Form>
    </Panel>
  );
}
