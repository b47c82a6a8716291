import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Tag } from '../ui/tag.tsx';

const text = defineMessages({
  cases: {
    id: 'deskWaiting.cases',
    defaultMessage:
      '{open, plural, =0 {None waits for us} one {One waits for us} other {# wait for us}}{mine, plural, =0 {} other {, # yours}}{late, plural, =0 {} other {, # late}}',
  },
  requests: {
    id: 'deskWaiting.requests',
    defaultMessage:
      '{open, plural, =0 {None open} other {# open}}{late, plural, =0 {} other {, # late}}',
  },
  holds: {
    id: 'deskWaiting.holds',
    defaultMessage:
      '{open, plural, =0 {None waits for a second person} one {One waits for a second person} other {# wait for a second person}}',
  },
});

const FRESH_MS = 5_000;

type Waiting = Outputs['desk']['waiting'];
const countOf: Record<string, keyof Waiting> = {
  '/cases': 'cases',
  '/queue': 'requests',
  '/holds': 'holds',
};

/** How much waits behind a page of the console; nothing where nothing is counted, or it is not known. */
export function WaitingTag({ to }: { to: string }) {
  const intl = useIntl();
  const waiting = trpc.desk.waiting.useQuery({}, { staleTime: FRESH_MS });
  const kind = countOf[to];
  const count = kind && waiting.data?.[kind];
  if (!kind || !count) return null;
  const late = 'late' in count ? count.late : 0;
  const mine = 'mine' in count ? count.mine : 0;
  const tone = late > 0 ? 'bad' : count.open > 0 ? 'warn' : 'neutral';
  return <Tag tone={tone}>{intl.formatMessage(text[kind], { open: count.open, late, mine })}</Tag>;
}
