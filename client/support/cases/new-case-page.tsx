import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import { namesNothing } from '../../lib/refusal.ts';
import { type Inputs, trpc } from '../../lib/trpc.ts';
import { LinkButton } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Form } from '../../ui/form.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { alreadyOpen } from './already-open.tsx';
import { caseWish } from './case-wish.ts';
import { CorrectionForm } from './correction-form.tsx';
import { NewAbout } from './new-about.tsx';
import { newCaseText, TEXT_MAX } from './new-case-text.ts';
import { QuestionForm } from './question-form.tsx';

const text = defineMessages({
  back: { id: 'newCase.back', defaultMessage: 'Cases' },
  question: { id: 'newCase.question', defaultMessage: 'Ask a question' },
  questionLede: {
    id: 'newCase.questionLede',
    defaultMessage: 'A person of our support answers within 5 days.',
  },
  correction: { id: 'newCase.correction', defaultMessage: 'Ask for a correction' },
  correctionLede: {
    id: 'newCase.correctionLede',
    defaultMessage:
      'A person looks at what you say is wrong and decides within 30 days, with a reason that you can read.',
  },
  human_review: {
    id: 'newCase.human_review',
    defaultMessage: 'Ask a person to look at a decision',
  },
  human_reviewLede: {
    id: 'newCase.human_reviewLede',
    defaultMessage:
      'A program decided something about you. A person looks at it anew and tells you within 30 days what came of it, and why.',
  },
  dispute: { id: 'newCase.dispute', defaultMessage: 'Dispute an entry of the log' },
  disputeLede: {
    id: 'newCase.disputeLede',
    defaultMessage:
      'Somebody who did not do it themselves finds out what the entry is about and tells you within 30 days.',
  },
  from: { id: 'newCase.from', defaultMessage: 'Begin at the entry that it is about' },
  fromText: {
    id: 'newCase.fromText',
    defaultMessage: 'Beside each entry is a link that leads here with it.',
  },
  decisions: { id: 'newCase.decisions', defaultMessage: 'Automated decisions' },
  log: { id: 'newCase.log', defaultMessage: 'Who looked' },
});

type Which = Inputs['cases']['about'];

/** One form for each kind of case; decisions and entries of the log come with the link that led here. */
export default function NewCasePage() {
  const intl = useIntl();
  const navigate = useNavigate();
  const { kind, about } = caseWish(useSearch({ strict: false }) as Record<string, unknown>);
  const utils = trpc.useUtils();
  const open = trpc.cases.open.useMutation();
  const fields = trpc.cases.fields.useQuery({}, { enabled: kind === 'correction' });

  async function send(wish: Parameters<typeof open.mutateAsync>[0]) {
    const { reference } = await open.mutateAsync(wish);
    await utils.cases.list.invalidate();
    await navigate({ to: '/cases/$reference', params: { reference } });
  }

  return (
    <>
      <PageHead
        title={intl.formatMessage(text[kind])}
        lede={intl.formatMessage(text[`${kind}Lede`])}
        back={<Link to="/cases">{intl.formatMessage(text.back)}</Link>}
      />
      {kind === 'question' && (
        <QuestionForm opener="customer" onSend={(words) => send({ kind: 'question', ...words })} />
      )}
      {kind === 'correction' && fields.isPending && <Loading lines={4} />}
      {kind === 'correction' && fields.isError && (
        <ErrorState error={fields.error} onRetry={() => fields.refetch()} />
      )}
      {kind === 'correction' && fields.data && (
        <CorrectionForm
          opener="customer"
          tables={fields.data}
          onSend={(wish) => send({ kind: 'correction', ...wish })}
        />
      )}
      {(kind === 'human_review' || kind === 'dispute') && (
        <AboutForm
          kind={kind}
          about={about}
          onSend={(wish, words) => send({ ...wish, text: words })}
        />
      )}
    </>
  );
}

/** The form of what begins at an entry or a decision, under that entry; without one, the way to it. */
function AboutForm({
  kind,
  about,
  onSend,
}: {
  kind: Which['kind'];
  about: string | undefined;
  onSend: (wish: Which, words: string) => Promise<void>;
}) {
  const found = trpc.cases.about.useQuery({ kind, about: about ?? '' }, { enabled: !!about });
  if (about === undefined || namesNothing(found.error)) return <BeginThere kind={kind} />;
  if (found.isPending) return <Loading lines={4} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => found.refetch()} />;
  return (
    <>
      <NewAbout about={found.data} />
      <WordsForm onSend={(words) => onSend({ kind, about }, words)} />
    </>
  );
}

function BeginThere({ kind }: Pick<Which, 'kind'>) {
  const intl = useIntl();
  return (
    <Notice
      title={intl.formatMessage(text.from)}
      actions={
        kind === 'dispute' ? (
          <LinkButton to="/who-looked">{intl.formatMessage(text.log)}</LinkButton>
        ) : (
          <LinkButton to="/data/$section" params={{ section: 'decisions' }}>
            {intl.formatMessage(text.decisions)}
          </LinkButton>
        )
      }
    >
      <p>{intl.formatMessage(text.fromText)}</p>
    </Notice>
  );
}

function WordsForm({ onSend }: { onSend: (words: string) => Promise<void> }) {
  const intl = useIntl();
  return (
    <Form
      submit={intl.formatMessage(newCaseText.send)}
      ways={alreadyOpen}
      check={({ text: words = '' }) => ({
        text: words.trim() === '' && intl.formatMessage(newCaseText.noWords),
      })}
      onSubmit={({ text: words = '' }) => onSend(words)}
    >
      <TextArea name="text" label={intl.formatMessage(newCaseText.words)} min={1} max={TEXT_MAX} />
    </Form>
  );
}
