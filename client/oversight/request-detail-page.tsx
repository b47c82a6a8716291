import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { countryName, formatList } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { namesNothing } from '../lib/refusal.ts';
import { trpc } from '../lib/trpc.ts';
import { deskStateText, shownState, stateTone } from '../requests/request-text.ts';
import { LinkButton } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Loading } from '../ui/loading.tsx';
import { NotFoundBut } from '../ui/not-found.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel, Section } from '../ui/panel.tsx';
import { Tag } from '../ui/tag.tsx';
import { DaysLeft } from './days-left.tsx';
import { HoldPanel } from './hold-panel.tsx';
import { queueKindText, type RequestDetail } from './oversight-text.ts';
import { RequestLog } from './request-log.tsx';
import { RequestTimeline } from './request-timeline.tsx';
import { standsWords } from './stands-words.ts';

const text = defineMessages({
  back: { id: 'requestDetail.back', defaultMessage: 'Requests' },
  toQueue: { id: 'requestDetail.toQueue', defaultMessage: 'To all requests' },
  propose: { id: 'requestDetail.propose', defaultMessage: 'Propose a hold' },
  title: { id: 'requestDetail.title', defaultMessage: 'Request' },
  heading: { id: 'requestDetail.heading', defaultMessage: '{kind} {reference}' },
  held: { id: 'requestDetail.held', defaultMessage: 'Legal hold' },
  facts: { id: 'requestDetail.facts', defaultMessage: 'The request and its clock' },
  customer: { id: 'requestDetail.customer', defaultMessage: 'Customer' },
  who: { id: 'requestDetail.who', defaultMessage: '{name}, {email}, {country}' },
  erased: { id: 'requestDetail.erased', defaultMessage: 'Account deleted' },
  account: { id: 'requestDetail.account', defaultMessage: 'Account id' },
  due: { id: 'requestDetail.due', defaultMessage: 'Due' },
  rests: { id: 'requestDetail.rests', defaultMessage: 'The date rests on' },
  promise: {
    id: 'requestDetail.promise',
    defaultMessage: 'the 30 days of our policy, which are no later than the law of the country',
  },
  law: { id: 'requestDetail.law', defaultMessage: '{law}, which is earlier than our own 30 days' },
  sections: { id: 'requestDetail.sections', defaultMessage: 'Categories' },
  field: { id: 'requestDetail.field', defaultMessage: 'Field' },
  holds: { id: 'requestDetail.holds', defaultMessage: 'Legal holds of this customer' },
});

/** How one request stands, for the officer: nothing of the customer's data, all of the work. */
export default function RequestDetailPage() {
  const intl = useIntl();
  const { reference = '' } = useParams({ strict: false });
  const request = trpc.oversight.request.useQuery({ reference });
  const back = <Link to="/queue">{intl.formatMessage(text.back)}</Link>;
  if (namesNothing(request.error))
    return (
      <NotFoundBut>
        <LinkButton to="/queue">{intl.formatMessage(text.toQueue)}</LinkButton>
      </NotFoundBut>
    );
  if (!request.data) {
    return (
      <>
        <PageHead title={intl.formatMessage(text.title)} back={back} />
        {request.isError ? (
          <ErrorState error={request.error} onRetry={() => request.refetch()} />
        ) : (
          <Loading lines={8} />
        )}
      </>
    );
  }
  return <Detail request={request.data} />;
}

function Detail({ request }: { request: RequestDetail }) {
  const intl = useIntl();
  const [done, setDone] = useState<string | null>(null);
  const { kind, reference, state, askedFor, stopped, holds } = request;
  const shown = shownState({ state, answer: askedFor?.answer ?? null });
  return (
    <>
      {done && <SuccessBanner key={done}>{done}</SuccessBanner>}
      <PageHead
        title={intl.formatMessage(text.heading, {
          kind: intl.formatMessage(queueKindText[kind]),
          reference,
        })}
        tag={
          <Tag tone={stateTone[shown]}>
            {intl.formatMessage(stopped ? text.held : deskStateText[shown])}
          </Tag>
        }
        lede={standsWords(intl, request)}
        back={<Link to="/queue">{intl.formatMessage(text.back)}</Link>}
      />
      <RequestTimeline request={request} onDone={setDone} />
      {holds.length > 0 && (
        <Section title={intl.formatMessage(text.holds)}>
          {holds.map((hold) => (
            <HoldPanel key={hold.id} hold={hold} onDone={setDone} />
          ))}
        </Section>
      )}
      {request.customer && (
        <div>
          <LinkButton to="/holds/propose" search={{ by: 'reference', value: reference }}>
            {intl.formatMessage(text.propose)}
          </LinkButton>
        </div>
      )}
      <RequestFacts request={request} />
      <RequestLog request={request} />
    </>
  );
}

function RequestFacts({ request }: { request: RequestDetail }) {
  const intl = useIntl();
  const { customer, subjectId, clock, sections, field } = request;
  return (
    <Panel title={intl.formatMessage(text.facts)}>
      <Facts>
        <Fact
          name={intl.formatMessage(text.customer)}
          value={
            customer
              ? intl.formatMessage(text.who, {
                  name: customer.name,
                  email: customer.email,
                  country: countryName(customer.country),
                })
              : intl.formatMessage(text.erased)
          }
        />
        <Fact name={intl.formatMessage(text.account)} value={<code>{subjectId}</code>} />
        <Fact name={intl.formatMessage(text.due)} value={<DaysLeft request={request} />} />
        {clock && (
          <Fact
            name={intl.formatMessage(text.rests)}
            value={
              clock.law ? (
                <FormattedMessage {...text.law} values={{ law: clock.law }} />
              ) : (
                intl.formatMessage(text.promise)
              )
            }
          />
        )}
        {sections.length > 0 && (
          <Fact name={intl.formatMessage(text.sections)} value={formatList(sections)} />
        )}
        {field && <Fact name={intl.formatMessage(text.field)} value={field} />}
      </Facts>
    </Panel>
  );
}
