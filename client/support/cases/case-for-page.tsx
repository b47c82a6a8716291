import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import { useStepUp } from '../../lib/step-up.tsx';
import { type Inputs, trpc } from '../../lib/trpc.ts';
import { RadioGroup } from '../../ui/choice.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { type Found, useFound } from '../found.ts';
import { LookUpFirst } from '../look-up-first.tsx';
import { CorrectionForm } from './correction-form.tsx';
import { QuestionForm } from './question-form.tsx';

const text = defineMessages({
  back: { id: 'caseFor.back', defaultMessage: 'Look up' },
  title: { id: 'caseFor.title', defaultMessage: 'Open a case' },
  lede: {
    id: 'caseFor.lede',
    defaultMessage:
      'For {name}, who asked you something elsewhere. The customer is told now, reads what you write and answers it.',
  },
  kind: { id: 'caseFor.kind', defaultMessage: 'What did the customer ask for?' },
  question: { id: 'caseFor.question', defaultMessage: 'An answer to a question' },
  correction: { id: 'caseFor.correction', defaultMessage: 'A correction' },
  correctionHint: {
    id: 'caseFor.correctionHint',
    defaultMessage:
      'A colleague or an officer can grant it once the customer has confirmed it, within 14 days; you cannot, for you opened it.',
  },
});

type Wish = Inputs['caseDesk']['openFor'];
type Kind = Wish['kind'];

/** A case for a customer who called: a question or a correction, which they see at once. */
export default function CaseForPage() {
  const intl = useIntl();
  const { found } = useFound();
  const back = <Link to="/look-up">{intl.formatMessage(text.back)}</Link>;
  const title = intl.formatMessage(text.title);
  if (!found) return <LookUpFirst title={title} back={back} />;
  const { name, email } = found.customer;
  return (
    <>
      <PageHead
        title={title}
        lede={intl.formatMessage(text.lede, { name: name || email })}
        back={back}
      />
      <Forms customer={found.customer} />
    </>
  );
}

function Forms({ customer: { subjectId } }: Pick<Found, 'customer'>) {
  const intl = useIntl();
  const navigate = useNavigate();
  const [kind, setKind] = useState<Kind>('question');
  const open = trpc.caseDesk.openFor.useMutation();
  const fields = trpc.caseDesk.fields.useQuery({}, { enabled: kind === 'correction' });
  const withStepUp = useStepUp();

  async function send(wish: Wish) {
    const { reference } = await withStepUp('ordinary', () => open.mutateAsync(wish));
    await navigate({ to: '/cases/$reference', params: { reference } });
  }

  return (
    <>
      <RadioGroup
        name="kind"
        label={intl.formatMessage(text.kind)}
        defaultValue={kind}
        onChange={(value) => setKind(value === 'correction' ? value : 'question')}
        choices={[
          { value: 'question', label: intl.formatMessage(text.question) },
          {
            value: 'correction',
            label: intl.formatMessage(text.correction),
            hint: intl.formatMessage(text.correctionHint),
          },
        ]}
      />
      {kind === 'question' && (
        <QuestionForm opener="staff" onSend={(words) => send({ kind, subjectId, ...words })} />
      )}
      {kind === 'correction' && fields.isPending && <Loading lines={4} />}
      {kind === 'correction' && fields.isError && (
        <ErrorState error={fields.error} onRetry={() => fields.refetch()} />
      )}
      {kind === 'correction' && fields.data && (
        <CorrectionForm
          opener="staff"
          tables={fields.data}
          onSend={(wish) => send({ kind, subjectId, ...wish })}
        />
      )}
    </>
  );
}
