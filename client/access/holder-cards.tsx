import { useIntl } from 'react-intl';
import { countryName, formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Loading } from '../ui/loading.tsx';
import { Panel, Section } from '../ui/panel.tsx';
import { Tag } from '../ui/tag.tsx';
import { Stack } from '../ui/text.tsx';

const text = defineMessages({
  title: { id: 'holderCards.title', defaultMessage: 'Other systems that hold your data' },
  about: {
    id: 'holderCards.about',
    defaultMessage:
      'Who outside EaseLLM receives something about you. A copy asks the connected ones for all they hold, also for what they made of it themselves; a deletion waits until they have erased it.',
  },
  where: { id: 'holderCards.where', defaultMessage: 'Country' },
  safeguard: { id: 'holderCards.safeguard', defaultMessage: 'Safeguard' },
  role: { id: 'holderCards.role', defaultMessage: 'What it does for us' },
  holds: { id: 'holderCards.holds', defaultMessage: 'What it has from us' },
  holding: { id: 'holderCards.holding', defaultMessage: '{title}: {data}' },
  disclosed: { id: 'holderCards.disclosed', defaultMessage: 'Last passed on' },
  never: { id: 'holderCards.never', defaultMessage: 'Nothing on record' },
  answered: { id: 'holderCards.answered', defaultMessage: 'Last answer' },
  noAnswer: { id: 'holderCards.noAnswer', defaultMessage: 'Not asked yet, or no answer yet' },
  cannotAsk: {
    id: 'holderCards.cannotAsk',
    defaultMessage:
      'This portal cannot ask it. Write to privacy@easellm.com, and we ask it for you.',
  },
  missing: {
    id: 'holderCards.missing',
    defaultMessage: 'It did not answer by {when}. We keep asking.',
  },
  missingUsable: {
    id: 'holderCards.missingUsable',
    defaultMessage: 'It gave no answer that we can use by {when}. We keep asking.',
  },
  connected: { id: 'holderCards.connected', defaultMessage: 'Connected' },
  notConnected: { id: 'holderCards.notConnected', defaultMessage: 'Not connected' },
  unusable: { id: 'holderCards.unusable', defaultMessage: 'No usable answer, retrying' },
  silent: { id: 'holderCards.silent', defaultMessage: 'Did not answer, retrying' },
});

type HolderCard = Outputs['access']['holders'][number];

/** A card for each system outside EaseLLM that holds something of the person. */
export function HolderCards() {
  const intl = useIntl();
  const holders = trpc.access.holders.useQuery({});
  return (
    <Section title={intl.formatMessage(text.title)}>
      <p>{intl.formatMessage(text.about)}</p>
      {holders.isPending && <Loading lines={6} />}
      {holders.isError && <ErrorState error={holders.error} onRetry={() => holders.refetch()} />}
      {holders.data?.map((holder) => (
        <OneHolder key={holder.id} holder={holder} />
      ))}
    </Section>
  );
}

function OneHolder({ holder }: { holder: HolderCard }) {
  const intl = useIntl();
  const { name, role, country, safeguard, holds, lastDisclosureAt } = holder;
  return (
    <Panel title={name} aside={<State holder={holder} />}>
      <Facts>
        <Fact name={intl.formatMessage(text.role)} value={role} />
        <Fact name={intl.formatMessage(text.where)} value={countryName(country)} />
        <Fact name={intl.formatMessage(text.safeguard)} value={safeguard} />
        <Fact
          name={intl.formatMessage(text.holds)}
          value={
            <Stack gap="tight">
              {holds.map(({ title, data }) => (
                <span key={title}>
                  {intl.formatMessage(text.holding, { title, data: data.join(', ') })}
                </span>
              ))}
            </Stack>
          }
        />
        <Fact
          name={intl.formatMessage(text.disclosed)}
          value={
            lastDisclosureAt ? formatDateTime(lastDisclosureAt) : intl.formatMessage(text.never)
          }
        />
        <Fact name={intl.formatMessage(text.answered)} value={answerWords(intl, holder)} />
      </Facts>
    </Panel>
  );
}

function State({ holder: { connected, missingSince, unusable } }: { holder: HolderCard }) {
  const intl = useIntl();
  if (missingSince)
    return <Tag tone="bad">{intl.formatMessage(unusable ? text.unusable : text.silent)}</Tag>;
  return (
    <Tag tone={connected ? 'good' : 'neutral'}>
      {intl.formatMessage(connected ? text.connected : text.notConnected)}
    </Tag>
  );
}

function answerWords(
  intl: ReturnType<typeof useIntl>,
  { connected, lastAnswerAt, missingSince, unusable }: HolderCard,
): string {
  if (missingSince)
    return intl.formatMessage(unusable ? text.missingUsable : text.missing, {
      when: formatDateTime(missingSince),
    });
  if (!connected) return intl.formatMessage(text.cannotAsk);
  return lastAnswerAt ? formatDateTime(lastAnswerAt) : intl.formatMessage(text.noAnswer);
}
