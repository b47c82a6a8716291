import { useEffect, useState } from 'react';
import { useIntl } from 'react-intl';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { RadioGroup } from '../ui/choice.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { ShowMore } from '../ui/show-more.tsx';

const text = defineMessages({
  entry: { id: 'holdEntries.entry', defaultMessage: 'Entry' },
  none: { id: 'holdEntries.none', defaultMessage: 'There is no entry any more.' },
  pair: { id: 'holdEntries.pair', defaultMessage: '{label}: {value}' },
});

type Page = Outputs['oversight']['holdEntries'];
type Entry = Page['entries'][number];
/** So many fields tell one entry from another. */
const FIELDS = 4;
/** So many are shown at a time. */
const STEP = 10;
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Entries of one table to choose from, the newest first: each page that is read stands in the log. */
export function HoldEntries({
  subjectId,
  table,
  silencedBy,
}: {
  subjectId: string;
  table: string;
  silencedBy: string | undefined;
}) {
  const intl = useIntl();
  const list = trpc.oversight.holdEntries.useMutation();
  const [pages, setPages] = useState<readonly Page[]>([]);
  const [most, setMost] = useState(STEP);
  const { mutate } = list;
  const wish = { subjectId, table, ...(silencedBy ? { silencedBy } : {}) };
  const more = (cursor?: string) =>
    mutate(
      { ...wish, ...(cursor ? { cursor } : {}) },
      { onSuccess: (page) => setPages((before) => (cursor ? [...before, page] : [page])) },
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as it is chosen; every call is recorded.
  useEffect(() => more(), []);
  const entries = pages.flatMap((page) => page.entries);
  const next = pages.at(-1)?.next ?? null;
  if (list.isError && pages.length === 0)
    return <ErrorState error={list.error} onRetry={() => more()} />;
  if (pages.length === 0) return <Loading lines={4} />;
  if (entries.length === 0) return <p>{intl.formatMessage(text.none)}</p>;
  return (
    <>
      <RadioGroup
        name="entry"
        label={intl.formatMessage(text.entry)}
        choices={entries.slice(0, most).map((entry) => ({
          value: entry.id,
          label: entry.values
            .flatMap(({ label, value }) =>
              value === null
                ? []
                : [intl.formatMessage(text.pair, { label, value: wordsOf(value) })],
            )
            .slice(0, FIELDS)
            .join(' · '),
        }))}
      />
      <ShowMore
        shown={Math.min(most, entries.length)}
        hasMore={entries.length > most || next !== null}
        pending={list.isPending}
        onMore={() => {
          if (entries.length < most + STEP && next !== null) more(next);
          setMost(most + STEP);
        }}
      />
    </>
  );
}

function wordsOf(value: NonNullable<Entry['values'][number]['value']>): string {
  if (Array.isArray(value)) return value.join(' ');
  const words = String(value);
  return MOMENT.test(words) ? formatDateTime(words) : words;
}
