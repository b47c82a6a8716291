import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { DateField, dateOf } from '../ui/date-field.tsx';
import { Form } from '../ui/form.tsx';
import { PageHead } from '../ui/page-head.tsx';

const text = defineMessages({
  title: { id: 'age.title', defaultMessage: 'Open an account' },
  lede: {
    id: 'age.lede',
    defaultMessage: 'First one question. The date is not kept.',
  },
  born: { id: 'age.born', defaultMessage: 'When were you born?' },
  hint: { id: 'age.hint', defaultMessage: 'For example 27 3 1981' },
  noDate: {
    id: 'age.noDate',
    defaultMessage: 'Enter your date of birth: a day, a month and a year.',
  },
  submit: { id: 'age.submit', defaultMessage: 'Continue' },
  signIn: { id: 'age.signIn', defaultMessage: 'You have an account? Sign in' },
});

/** Asks everybody the same, says nothing of what depends on it, and preselects nothing (16 CFR 312.2). */
export function AgeStep({ onAnswer }: { onAnswer: (ticket: string | null) => void }) {
  const intl = useIntl();
  const answer = trpc.signUp.answerAge.useMutation();
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <Form
        wide
        submit={intl.formatMessage(text.submit)}
        check={(values) => ({
          born: dateOf(values, 'born') === null && intl.formatMessage(text.noDate),
        })}
        fieldOf={{ INPUT_REFUSED: 'born' }}
        says={{ INPUT_REFUSED: intl.formatMessage(text.noDate) }}
        onSubmit={async (values) => {
          const born = dateOf(values, 'born');
          if (born) onAnswer((await answer.mutateAsync(born)).ticket);
        }}
      >
        <DateField
          name="born"
          label={intl.formatMessage(text.born)}
          hint={intl.formatMessage(text.hint)}
          autoComplete="bday"
        />
      </Form>
      <p>
        <Link to="/sign-in">{intl.formatMessage(text.signIn)}</Link>
      </p>
    </>
  );
}
