import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { basepaths } from '../lib/door.ts';
import { defineMessages } from '../lib/messages.ts';
import { sectionText } from '../lib/section-text.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import { CheckboxGroup, RadioGroup } from '../ui/choice.tsx';
import { Form } from '../ui/form.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { type Found, useFound } from './found.ts';
import { LookUpFirst } from './look-up-first.tsx';
import { RunningView } from './running-view.tsx';
import { categoryText, chapters, isCategory, isChapter } from './support-text.ts';
import { TicketSelect } from './ticket-select.tsx';

const text = defineMessages({
  back: { id: 'startView.back', defaultMessage: 'Look up' },
  title: { id: 'startView.title', defaultMessage: 'View an account' },
  lede: {
    id: 'startView.lede',
    defaultMessage:
      'You see the account of {name} for 15 minutes, to read only, with values masked. The customer is told now, sees what you open, and can end it at any moment.',
  },
  noTicket: { id: 'startView.noTicket', defaultMessage: 'Choose the case that this is for.' },
  about: { id: 'startView.about', defaultMessage: 'What is it about?' },
  noAbout: { id: 'startView.noAbout', defaultMessage: 'Say what it is about.' },
  reason: { id: 'startView.reason', defaultMessage: 'Reason' },
  reasonHint: {
    id: 'startView.reasonHint',
    defaultMessage: 'Why you need to see the account. The customer reads this word for word.',
  },
  noReason: {
    id: 'startView.noReason',
    defaultMessage: 'Give the reason in at least 20 characters.',
  },
  scope: { id: 'startView.scope', defaultMessage: 'What do you need to see?' },
  scopeHint: {
    id: 'startView.scopeHint',
    defaultMessage: 'Nothing else can be opened. For more, stop and start another view.',
  },
  noScope: { id: 'startView.noScope', defaultMessage: 'Choose at least one chapter.' },
  submit: { id: 'startView.submit', defaultMessage: 'Start the view' },
});

const REASON_MIN = 20;
const REASON_MAX = 1_000;

/** What a view is for and how far it goes, said before it begins. */
export default function StartViewPage() {
  const intl = useIntl();
  const { found } = useFound();
  const running = trpc.support.view.useQuery({});
  const back = <Link to="/look-up">{intl.formatMessage(text.back)}</Link>;
  const view = running.data?.view;
  if (!found)
    return (
      <LookUpFirst title={intl.formatMessage(text.title)} back={back}>
        {view && <RunningView view={view} />}
      </LookUpFirst>
    );
  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={intl.formatMessage(text.lede, { name: found.customer.name || found.customer.email })}
        back={back}
      />
      {view ? <RunningView view={view} /> : <StartForm found={found} />}
    </>
  );
}

function StartForm({ found }: { found: Found }) {
  const { customer, category } = found;
  const intl = useIntl();
  const withStepUp = useStepUp();
  const utils = trpc.useUtils();
  const start = trpc.support.startView.useMutation({
    // Another tab may have begun one meanwhile: then this page shows it.
    onError: () => void utils.support.view.invalidate(),
  });
  return (
    <Form
      submit={intl.formatMessage(text.submit)}
      fieldOf={{ TICKET_NOT_FOUND: 'ticket' }}
      check={(values, form) => ({
        ticket: !values.ticket && intl.formatMessage(text.noTicket),
        category: !isCategory(values.category ?? '') && intl.formatMessage(text.noAbout),
        reason:
          (values.reason ?? '').trim().length < REASON_MIN && intl.formatMessage(text.noReason),
        scope: form.getAll('scope').length === 0 && intl.formatMessage(text.noScope),
      })}
      onSubmit={async (values, form) => {
        const about = values.category ?? '';
        if (!isCategory(about)) return;
        const wish = {
          subjectId: customer.subjectId,
          ticket: values.ticket ?? '',
          category: about,
          reason: values.reason ?? '',
          scope: form.getAll('scope').map(String).filter(isChapter),
        };
        await withStepUp('ordinary', () => start.mutateAsync(wish));
        window.location.assign(basepaths.view);
      }}
    >
      <TicketSelect found={found} />
      <RadioGroup
        name="category"
        label={intl.formatMessage(text.about)}
        defaultValue={category}
        choices={Object.entries(categoryText).map(([value, label]) => ({
          value,
          label: intl.formatMessage(label),
        }))}
      />
      <TextArea
        name="reason"
        label={intl.formatMessage(text.reason)}
        hint={intl.formatMessage(text.reasonHint)}
        min={REASON_MIN}
        max={REASON_MAX}
      />
      <CheckboxGroup
        name="scope"
        label={intl.formatMessage(text.scope)}
        hint={intl.formatMessage(text.scopeHint)}
        choices={chapters.map((value) => ({
          value,
          label: intl.formatMessage(sectionText[value]),
        }))}
      />
    </Form>
  );
}
