import { FormattedMessage } from 'react-intl';
import { uiText } from './messages.ts';

/** A SHA-256 with its name, in letters that can be told apart; breaks anywhere. */
export function Fingerprint({ sha256 }: { sha256: string }) {
  return (
    <FormattedMessage {...uiText.sha256} values={{ hash: <code key="hash">{sha256}</code> }} />
  );
}
