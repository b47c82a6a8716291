import { useIntl } from 'react-intl';
import { countryName, formatDateTime, formatDay } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Fact, Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { Tag } from '../ui/tag.tsx';
import { Row, Small, Stack } from '../ui/text.tsx';
import {
  groundText,
  type HolderView,
  reasonText,
  setbackKind,
  setbackText,
  standingText,
  standingTone,
} from './holder-text.ts';
import type { RequestView } from './request-text.ts';

const text = defineMessages({
  title: { id: 'holders.title', defaultMessage: 'Other systems that hold your data' },
  name: { id: 'holders.name', defaultMessage: '{name}, {country}' },
  planned: { id: 'holders.planned', defaultMessage: 'It is asked when the deletion starts.' },
  asked: { id: 'holders.asked', defaultMessage: 'Asked on {when}.' },
  working: { id: 'holders.working', defaultMessage: 'It is working on what we asked on {when}.' },
  missing: { id: 'holders.missing', defaultMessage: 'It did not answer by {due}.' },
  unusable: {
    id: 'holders.unusable',
    defaultMessage: 'It gave no answer that we can use by {due}.',
  },
  again: { id: 'holders.again', defaultMessage: 'Asked again' },
  setbackRefused: {
    id: 'holders.setback.refused',
    defaultMessage: 'It answered on {when}, and we did not take the answer: {reason}.',
  },
  setbackUntrue: {
    id: 'holders.setback.untrue',
    defaultMessage:
      'It said that it had erased what it holds. Asked on {when} whether that is so, it found {remaining, plural, =0 {entries} one {# entry} other {# entries}} still there.',
  },
  setbackFailed: {
    id: 'holders.setback.failed',
    defaultMessage: 'It answered on {when} that it could not do it: {reason}.',
  },
  keepAsking: { id: 'holders.keepAsking', defaultMessage: 'We keep asking.' },
  ended: {
    id: 'holders.ended',
    defaultMessage: 'The request ended before it answered; it is no longer asked.',
  },
  person: {
    id: 'holders.person',
    defaultMessage: 'A person at EaseLLM has it on their list since {when}.',
  },
  notConnected: {
    id: 'holders.notConnected',
    defaultMessage:
      'This portal cannot ask it. Write to privacy@easellm.com, and we ask it for you.',
  },
  refused: { id: 'holders.refused', defaultMessage: 'It refused on {when}: {reason}.' },
  answered: { id: 'holders.answered', defaultMessage: 'It answered on {when}.' },
  inCopy: {
    id: 'holders.inCopy',
    defaultMessage:
      'It answered on {when}. What it gave is in this copy: {records, plural, =0 {it holds nothing about you} one {# entry} other {# entries}}.',
  },
  late: {
    id: 'holders.late',
    defaultMessage: 'It answered on {when}, after this copy was made. A new copy will contain it.',
  },
  erased: {
    id: 'holders.erased',
    defaultMessage:
      'It erased {records, plural, =0 {nothing: it held nothing} one {# entry} other {# entries}}, and confirmed on {when} that nothing else is left.',
  },
  kept: {
    id: 'holders.kept',
    defaultMessage:
      'It keeps {records, plural, one {# entry} other {# entries}} until {until}: {ground}.',
  },
  keptOpen: {
    id: 'holders.keptOpen',
    defaultMessage: 'It keeps {records, plural, one {# entry} other {# entries}}: {ground}.',
  },
  corrected: { id: 'holders.corrected', defaultMessage: 'It took the correction over on {when}.' },
  hash: { id: 'holders.hash', defaultMessage: 'SHA-256 of its answer:' },
});

/** Every other system that a request concerns, by name: what it was asked, what it answered, what is missing. */
export function RequestHolders({ view }: { view: RequestView }) {
  const intl = useIntl();
  // A cancelled request asked nobody, and will not.
  if (view.holders.length === 0 || view.state === 'cancelled') return null;
  return (
    <Panel title={intl.formatMessage(text.title)}>
      <HolderFacts holders={view.holders} kind={view.kind} ended={view.endedAt !== null} />
    </Panel>
  );
}

/** The same for whoever looks at a deletion with its code. */
export function HolderFacts({
  holders,
  kind,
  ended = false,
}: {
  holders: readonly HolderView[];
  kind: RequestView['kind'];
  /** Whether the request is over: an answer that is not in its copy then came too late for it. */
  ended?: boolean;
}) {
  const intl = useIntl();
  return (
    <Facts>
      {holders.map((holder) => (
        <Fact
          key={holder.id}
          name={intl.formatMessage(text.name, {
            name: holder.name,
            country: countryName(holder.country),
          })}
          value={
            <Stack gap="tight">
              <Row>
                <Tag tone={standingTone[holder.standing]}>
                  {intl.formatMessage(
                    isAskedAgain(holder) ? text.again : standingText[holder.standing],
                  )}
                </Tag>
              </Row>
              {sentences(intl, holder, { kind, ended }).map((sentence) => (
                <span key={sentence}>{sentence}</span>
              ))}
              {holder.hash && holder.standing === 'done' && (
                <Small>
                  {intl.formatMessage(text.hash)} <code>{holder.hash}</code>
                </Small>
              )}
            </Stack>
          }
        />
      ))}
    </Facts>
  );
}

type Intl = ReturnType<typeof useIntl>;

type Of = { kind: RequestView['kind']; ended: boolean };

function sentences(intl: Intl, holder: HolderView, of: Of): string[] {
  const { standing, askedAt, dueAt, open, setback, needsPersonSince } = holder;
  const said = () => {
    switch (standing) {
      case 'not_connected':
        return [intl.formatMessage(text.notConnected)];
      case 'planned':
        return [intl.formatMessage(text.planned)];
      case 'asked':
      case 'working':
        if (setback && open)
          return [setbackSentence(intl, setback), intl.formatMessage(text.keepAsking)];
        return open
          ? [intl.formatMessage(text[standing], { when: askedAt ? formatDateTime(askedAt) : '' })]
          : [intl.formatMessage(text.ended)];
      case 'missing':
        return [
          intl.formatMessage(setback ? text.unusable : text.missing, {
            due: dueAt ? formatDateTime(dueAt) : '',
          }),
          ...(setback ? [setbackSentence(intl, setback)] : []),
          ...(open ? [intl.formatMessage(text.keepAsking)] : []),
        ];
      case 'refused':
        return [
          intl.formatMessage(text.refused, {
            when: holder.answeredAt ? formatDateTime(holder.answeredAt) : '',
            reason: intl.formatMessage(reasonText(holder.reason)),
          }),
          ...(open ? [intl.formatMessage(text.keepAsking)] : []),
        ];
      case 'done':
        return doneSentences(intl, holder, of);
    }
  };
  return [
    ...said(),
    ...(needsPersonSince && open
      ? [intl.formatMessage(text.person, { when: formatDateTime(needsPersonSince) })]
      : []),
  ];
}

/** Its last answer settled nothing, and it has time for another one. */
function isAskedAgain({ standing, setback, open }: HolderView): boolean {
  return open && setback !== null && (standing === 'asked' || standing === 'working');
}

function setbackSentence(intl: Intl, setback: NonNullable<HolderView['setback']>): string {
  const { code, at, remaining } = setback;
  const sentences = {
    refused: text.setbackRefused,
    untrue: text.setbackUntrue,
    failed: text.setbackFailed,
  };
  return intl.formatMessage(sentences[setbackKind(code)], {
    when: formatDateTime(at),
    reason: intl.formatMessage(setbackText(code)),
    remaining: remaining ?? 0,
  });
}

function doneSentences(intl: Intl, holder: HolderView, { kind, ended }: Of): string[] {
  const { answeredAt, verified, usedAt, records, kept } = holder;
  const when = formatDateTime(verified?.at ?? answeredAt ?? '');
  const count = records ?? 0;
  if (kind === 'rectification') return [intl.formatMessage(text.corrected, { when })];
  if (kind === 'portability') {
    if (!usedAt) return [intl.formatMessage(ended ? text.late : text.answered, { when })];
    return [intl.formatMessage(text.inCopy, { when, records: count })];
  }
  const ground = kept && intl.formatMessage(groundText(kept.ground));
  return [
    intl.formatMessage(text.erased, { when, records: count }),
    ...(kept
      ? [
          kept.until
            ? intl.formatMessage(text.kept, {
                records: kept.records,
                until: formatDay(kept.until),
                ground,
              })
            : intl.formatMessage(text.keptOpen, { records: kept.records, ground }),
        ]
      : []),
  ];
}
