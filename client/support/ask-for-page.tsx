import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { isSection, sectionNames, sectionText } from '../lib/section-text.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { CheckboxGroup } from '../ui/choice.tsx';
import { Form } from '../ui/form.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { type AskWish, askWish } from './ask-wish.ts';
import { type Found, useFound } from './found.ts';
import { LookUpFirst } from './look-up-first.tsx';
import { TicketSelect } from './ticket-select.tsx';

const text = defineMessages({
  back: { id: 'askFor.back', defaultMessage: 'Look up' },
  portability: { id: 'askFor.portability', defaultMessage: 'Ask for a copy for a customer' },
  erasure: { id: 'askFor.erasure', defaultMessage: 'Ask for deletion for a customer' },
  lede: {
    id: 'askFor.lede',
    defaultMessage:
      '{name} is told now, with your label and the case. Nothing is done before they sign in and confirm it themselves, within 14 days; you cannot confirm it for them.',
  },
  ticketHint: {
    id: 'askFor.ticketHint',
    defaultMessage: 'The one in which the customer wrote that they want this.',
  },
  noTicket: { id: 'askFor.noTicket', defaultMessage: 'Choose the case that this is for.' },
  which: { id: 'askFor.which', defaultMessage: 'What should be in the copy?' },
  whichHint: {
    id: 'askFor.whichHint',
    defaultMessage: 'Everything is chosen. The customer can still change it.',
  },
  none: { id: 'askFor.none', defaultMessage: 'Choose at least one chapter.' },
  askCopy: { id: 'askFor.askCopy', defaultMessage: 'Ask for the copy' },
  askErasure: { id: 'askFor.askErasure', defaultMessage: 'Ask for the deletion' },
  correction: {
    id: 'askFor.correction',
    defaultMessage: 'Something of theirs is wrong? <case>Open a case for them</case> instead.',
  },
  doneCopy: { id: 'askFor.doneCopy', defaultMessage: 'A copy was asked for' },
  doneErasure: { id: 'askFor.doneErasure', defaultMessage: 'A deletion was asked for' },
  next: {
    id: 'askFor.next',
    defaultMessage: 'It waits for the customer. Look them up again to see what comes of it.',
  },
  done: {
    id: 'askFor.done',
    defaultMessage:
      'The request is called {reference}, and the customer was told. It lapses if they do not confirm it by {until}.',
  },
});

type Asked = Outputs['support']['askFor'];

/** A copy or a deletion for a customer who wanted it in a ticket; they confirm it themselves. */
export default function AskForPage() {
  const intl = useIntl();
  const { kind } = askWish(useSearch({ strict: false }));
  const { found } = useFound();
  const [asked, setAsked] = useState<Asked | null>(null);
  const back = <Link to="/look-up">{intl.formatMessage(text.back)}</Link>;
  const title = intl.formatMessage(text[kind]);
  if (asked)
    return (
      <>
        <SuccessBanner>
          {intl.formatMessage(text.done, {
            reference: asked.reference,
            until: formatDateTime(asked.confirmBy),
          })}
        </SuccessBanner>
        <PageHead
          title={intl.formatMessage(kind === 'erasure' ? text.doneErasure : text.doneCopy)}
          lede={intl.formatMessage(text.next)}
          back={back}
        />
      </>
    );
  if (!found) return <LookUpFirst title={title} back={back} />;
  const { name, email } = found.customer;
  return (
    <>
      <PageHead
        title={title}
        lede={intl.formatMessage(text.lede, { name: name || email })}
        back={back}
      />
      <AskForm key={kind} kind={kind} found={found} onAsked={setAsked} />
      <p>
        {intl.formatMessage(text.correction, {
          case: (words) => (
            <Link key="case" to="/look-up/case">
              {words}
            </Link>
          ),
        })}
      </p>
    </>
  );
}

function AskForm({
  kind,
  found,
  onAsked,
}: AskWish & { found: Found; onAsked: (asked: Asked) => void }) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const { keep } = useFound();
  const ask = trpc.support.askFor.useMutation();
  const isCopy = kind === 'portability';
  return (
    <Form
      submit={intl.formatMessage(isCopy ? text.askCopy : text.askErasure)}
      fieldOf={{ TICKET_NOT_FOUND: 'ticket' }}
      check={(values, form) => ({
        ticket: !values.ticket && intl.formatMessage(text.noTicket),
        sections: isCopy && form.getAll('sections').length === 0 && intl.formatMessage(text.none),
      })}
      onSubmit={async ({ ticket = '' }, form) => {
        const whom = { subjectId: found.customer.subjectId, ticket };
        const sections = form.getAll('sections').map(String).filter(isSection);
        const wish = isCopy
          ? ({ kind: 'portability', ...whom, sections } as const)
          : ({ kind: 'erasure', ...whom } as const);
        onAsked(await withStepUp('ordinary', () => ask.mutateAsync(wish)));
        // What was found is out of date by this.
        keep(null);
      }}
    >
      <TicketSelect found={found} hint={intl.formatMessage(text.ticketHint)} />
      {isCopy && (
        <CheckboxGroup
          name="sections"
          label={intl.formatMessage(text.which)}
          hint={intl.formatMessage(text.whichHint)}
          defaultValues={sectionNames}
          choices={sectionNames.map((value) => ({
            value,
            label: intl.formatMessage(sectionText[value]),
          }))}
        />
      )}
    </Form>
  );
}
