import { FormattedMessage } from 'react-intl';
import { uiText } from '../messages.ts';
import { Tag } from '../tag.tsx';

/** Says that the browser's opt-out signal was seen and is obeyed (CCPA regulations § 7025(c)(6)). */
export function SignalBadge({ honoured }: { honoured: boolean }) {
  if (!honoured) return null;
  return (
    <Tag tone="good">
      <FormattedMessage {...uiText.gpc} />
    </Tag>
  );
}
