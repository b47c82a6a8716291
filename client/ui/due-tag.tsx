import { useIntl } from 'react-intl';
import { type Due, daysWords } from '../lib/due-words.ts';
import { formatDate } from '../lib/format.ts';
import { Tag, type Tone } from './tag.tsx';
import { Small, Stack } from './text.tsx';

/** How far away the day is by which something is answered, and the day under it: narrow enough for a table. */
export function DueTag({ due, tone }: { due: Due; tone: Tone }) {
  const intl = useIntl();
  return (
    <Stack gap="tight">
      <Tag tone={tone}>{daysWords(intl, due)}</Tag>
      <Small>{formatDate(due.dueAt)}</Small>
    </Stack>
  );
}
