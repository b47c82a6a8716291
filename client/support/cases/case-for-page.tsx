import { Link, useNavigate } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import { useStepUp } from '../../lib/step-up.tsx';
import { trpc } from '../../lib/trpc.ts';
import { LinkButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Form } from '../../ui/form.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useFound } from '../found.ts';
import { newCaseText, TEXT_MAX } from './new-case-text.ts';

const text = defineMessages({
  back: { id: 'caseFor.back', defaultMessage: 'Look up' },
  title: { id: 'caseFor.title', defaultMessage: 'Open a case' },
  lede: {
    id: 'caseFor.lede',
    defaultMessage:
      'For {name}, who asked you something elsewhere. The customer is told now, reads what you write and answers it.',
  },
  first: { id: 'caseFor.first', defaultMessage: 'Look up the account first' },
  firstText: {
    id: 'caseFor.firstText',
    defaultMessage:
      'What was found is kept in this page’s memory only, and is gone when it is loaded anew.',
  },
  lookUp: { id: 'caseFor.lookUp', defaultMessage: 'Look up a customer' },
});

/** A case for a customer who called: a question, which they see at once. */
export default function CaseForPage() {
  const intl = useIntl();
  const navigate = useNavigate();
  const { found } = useFound();
  const open = trpc.caseDesk.openFor.useMutation();
  const withStepUp = useStepUp();
  const back = <Link to="/look-up">{intl.formatMessage(text.back)}</Link>;
  if (!found)
    return (
      <>
        <PageHead title={intl.formatMessage(text.title)} back={back} />
        <EmptyState
          title={intl.formatMessage(text.first)}
          action={<LinkButton to="/look-up">{intl.formatMessage(text.lookUp)}</LinkButton>}
        >
          {intl.formatMessage(text.firstText)}
        </EmptyState>
      </>
    );
  const { subjectId, name, email } = found.customer;
  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={intl.formatMessage(text.lede, { name: name || email })}
        back={back}
      />
      <Form
        submit={intl.formatMessage(newCaseText.send)}
        check={({ about = '', text: words = '' }) => ({
          about: about.trim() === '' && intl.formatMessage(newCaseText.noAbout),
          text: words.trim() === '' && intl.formatMessage(newCaseText.noWords),
        })}
        onSubmit={async ({ about = '', text: words = '' }) => {
          const { reference } = await withStepUp('ordinary', () =>
            open.mutateAsync({ subjectId, about, text: words }),
          );
          await navigate({ to: '/cases/$reference', params: { reference } });
        }}
      >
        <TextField name="about" label={intl.formatMessage(newCaseText.about)} maxLength={120} />
        <TextArea
          name="text"
          label={intl.formatMessage(newCaseText.words)}
          min={1}
          max={TEXT_MAX}
        />
      </Form>
    </>
  );
}
