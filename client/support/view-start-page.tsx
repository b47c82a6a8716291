import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { sectionText } from '../lib/section-text.ts';
import { trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { Tag } from '../ui/tag.tsx';
import { Row } from '../ui/text.tsx';
import { type Chapter, categoryText, chapters } from './support-text.ts';

const text = defineMessages({
  title: { id: 'viewStart.title', defaultMessage: 'Overview of the view' },
  lede: {
    id: 'viewStart.lede',
    defaultMessage:
      'You see the customer’s own pages, to read only. Values are masked where you need no more than a part of them.',
  },
  why: { id: 'viewStart.why', defaultMessage: 'What it is for' },
  ticket: { id: 'viewStart.ticket', defaultMessage: 'Case' },
  about: { id: 'viewStart.about', defaultMessage: 'About' },
  reason: { id: 'viewStart.reason', defaultMessage: 'Reason, as the customer reads it' },
  email: { id: 'viewStart.email', defaultMessage: 'E-mail address' },
  chapters: { id: 'viewStart.chapters', defaultMessage: 'What can be opened' },
  open: { id: 'viewStart.open', defaultMessage: 'Open' },
  requests: { id: 'viewStart.requests', defaultMessage: 'Requests' },
  communication: { id: 'viewStart.communication', defaultMessage: 'Communication' },
  out: { id: 'viewStart.out', defaultMessage: 'Not part of this view' },
});

/** Where a view begins: what it is for, and what can be opened in it. Shows nothing that is held of the customer. */
export default function ViewStartPage() {
  const intl = useIntl();
  const running = trpc.support.view.useQuery({}, { enabled: false });
  const view = running.data?.view;
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      {view && (
        <>
          <Panel title={intl.formatMessage(text.why)}>
            <Facts>
              <Fact name={intl.formatMessage(text.email)} value={view.email} />
              <Fact name={intl.formatMessage(text.ticket)} value={view.ticket} />
              <Fact
                name={intl.formatMessage(text.about)}
                value={intl.formatMessage(categoryText[view.category])}
              />
              <Fact name={intl.formatMessage(text.reason)} value={view.reason} />
            </Facts>
          </Panel>
          <Panel title={intl.formatMessage(text.chapters)}>
            <Facts>
              {chapters.map((chapter) => (
                <Fact
                  key={chapter}
                  name={intl.formatMessage(sectionText[chapter])}
                  value={
                    view.scope.includes(chapter) ? (
                      <Ways chapter={chapter} />
                    ) : (
                      <Tag>{intl.formatMessage(text.out)}</Tag>
                    )
                  }
                />
              ))}
            </Facts>
          </Panel>
        </>
      )}
    </>
  );
}

/** The pages of one chapter. */
function Ways({ chapter }: { chapter: Chapter }) {
  const intl = useIntl();
  return (
    <Row>
      <LinkButton
        look="quiet"
        to="/data/$section"
        params={{ section: chapter }}
        hiddenName={intl.formatMessage(sectionText[chapter])}
      >
        {intl.formatMessage(text.open)}
      </LinkButton>
      {chapter === 'records' && (
        <LinkButton look="quiet" to="/requests">
          {intl.formatMessage(text.requests)}
        </LinkButton>
      )}
      {chapter === 'choices' && (
        <LinkButton look="quiet" to="/communication">
          {intl.formatMessage(text.communication)}
        </LinkButton>
      )}
    </Row>
  );
}
