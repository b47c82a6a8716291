import { FormattedMessage } from 'react-intl';
import { formatDateTime, formatRelative, formatShortDateTime, type Moment } from '../lib/format.ts';
import { uiText } from './messages.ts';

/** A moment: absolute with its zone, and how far away it is. `short` is for tables. */
export function Time({ at, short = false }: { at: Moment; short?: boolean }) {
  const iso = typeof at === 'string' ? at : at.toISOString();
  return (
    <time dateTime={iso}>
      {short ? (
        formatShortDateTime(at)
      ) : (
        <FormattedMessage
          {...uiText.exactTime}
          values={{ absolute: formatDateTime(at), relative: formatRelative(at) }}
        />
      )}
    </time>
  );
}
